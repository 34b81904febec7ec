# The culler's own configuration file: a hook cannot be given on its command line.
from declared.culler import is_over

c = get_config()  # noqa: F821
c.IdleCuller.cull_arbiter_hook = is_over
