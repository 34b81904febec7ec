"""Settings in, JupyterHub's configuration out. What needs more than a line is in the package `declared`."""

import os
import sys
import tempfile
from pathlib import Path

from declared import context, hub_section, logs, pages
from declared.login import providers
from declared.reader import SettingsError
from declared.servers.spawner import AdoptingSpawner
from declared.settings import secrets

c = get_config()

try:
    current = context.current()
    settings = current.settings
    secret = secrets()
    c.JupyterHub.authenticator_class = providers.configure(c, settings, secret)
except SettingsError as error:
    sys.exit(f"jupyterhub: {error}")

# Where it is, and where its parts are
c.JupyterHub.base_url = settings.base_url
c.JupyterHub.hub_bind_url = f"http://0.0.0.0:{settings.hub_port}"
c.JupyterHub.hub_connect_url = f"http://{settings.hub_host}:{settings.hub_port}"
if settings.public_url.startswith("https://"):
    # Over plain HTTP, links stay relative: then 127.0.0.1, localhost and a tunnel all work
    c.JupyterHub.public_url = settings.public_url
c.JupyterHub.db_url = f"sqlite:///{settings.data_dir}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret = secret.cookie_secret

# The proxy is a container of its own: the hub comes and goes, open notebooks stay
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = settings.proxy_api
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
# What passes through the proxy counts as activity; who stops idle servers must not be five minutes behind
c.JupyterHub.last_activity_interval = 60

# A hub that starts while a server does not answer is there for everybody else; the check goes on beside it
c.JupyterHub.init_spawners_timeout = 3

# Their servers
c.JupyterHub.spawner_class = AdoptingSpawner
c.Spawner.ip = "0.0.0.0"
c.Spawner.port = settings.server_port
c.Spawner.start_timeout = 120
c.Spawner.poll_interval = 10
c.JupyterHub.allow_named_servers = False

# Pages whose stock words do not fit; each extends the stock one. Before them those of the stack file
own_templates = hub_section.write_templates(Path(tempfile.gettempdir()) / f"templates-{os.getpid()}")
c.JupyterHub.template_paths = [*own_templates, str(Path(__file__).resolve().parent / "templates")]

# What the program may do through the API
c.JupyterHub.load_roles = [{"name": "admin", "services": ["admin"]}]
c.JupyterHub.services = [{"name": "admin", "api_token": secret.admin_token}]
# derived from the stack's root secret, as random as a token that JupyterHub makes
c.JupyterHub.trust_user_provided_tokens = True

# JupyterHub measures twenty times a second how late it is, which is half of what an idle hub does
c.PeriodicMetricsCollector.event_loop_interval_resolution = 0.5

c.JupyterHub.log_level = "INFO"
c.JupyterHub.tornado_settings = {"log_function": logs.requests(current.entered)}

# What the stack file says of the hub, and at the very end its own Python
hub_section.configure(c, settings.hub)
c.JupyterHub.template_vars.update(pages.template_vars(current.notices))
if settings.hub.extra_config:
    try:
        hub_section.run_extra(settings.hub.extra_config, {"c": c, "get_config": get_config})
    except hub_section.ExtraConfigError as error:
        sys.exit(f"jupyterhub: {error}")
