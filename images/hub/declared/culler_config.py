# The culler's own configuration file: a hook cannot be given on its command line.
from declared.culler import spare_always_on

c = get_config()  # noqa: F821
c.IdleCuller.cull_arbiter_hook = spare_always_on
