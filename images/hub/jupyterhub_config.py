"""Turns the settings into JupyterHub's configuration. All that takes more than a line is in the package `declared`."""

import os
import sys
import tempfile
from pathlib import Path

from declared import context, hub_section, logs, pages
from declared.login import providers
from declared.look import pages as look_pages
from declared.look.templates import Translated
from declared.reader import SettingsError
from declared.servers import own
from declared.servers.launching import LaunchingSpawner
from declared.servers.on_nodes import DeclaredNodeSpawner, NodeSpawner
from declared.servers.spawner import AdoptingSpawner
from declared.settings import secrets

c = get_config()

try:
    current = context.current()
    settings = current.settings
    secret = secrets()
    logo = look_pages.logo(settings.look)
    c.JupyterHub.authenticator_class = providers.configure(c, settings, secret)
except SettingsError as error:
    sys.exit(f"jupyterhub: {error}")

# Addresses of the hub and its parts.
c.JupyterHub.base_url = settings.base_url
c.JupyterHub.hub_bind_url = f"http://0.0.0.0:{settings.hub_port}"
c.JupyterHub.hub_connect_url = f"http://{settings.hub_host}:{settings.hub_port}"
if settings.public_url.startswith("https://"):
    # Over plain HTTP, links stay relative, so that 127.0.0.1, localhost and a tunnel all work.
    c.JupyterHub.public_url = settings.public_url
if current.database is None:
    c.JupyterHub.db_url = f"sqlite:///{settings.data_dir}/jupyterhub.sqlite"
else:
    c.JupyterHub.db_url = current.database.url
    c.JupyterHub.db_kwargs = {"connect_args": current.database.arguments()}
c.JupyterHub.cookie_secret = secret.cookie_secret

# The proxy is a container of its own, so that open notebooks stay connected while the hub restarts.
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = settings.proxy_api
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
# Traffic through the proxy counts as activity. The default of five minutes is too old for the culler.
c.JupyterHub.last_activity_interval = 60

# A hub that starts while a server does not answer still serves everybody else. The check goes on in the background.
c.JupyterHub.init_spawners_timeout = 3

# People's servers. `ip` is what JupyterHub puts into a server's environment (test/hub/servers/make_server_env.py).
declared, dynamic = (DeclaredNodeSpawner, NodeSpawner) if settings.on_nodes else (AdoptingSpawner, LaunchingSpawner)
c.JupyterHub.spawner_class = dynamic if settings.dynamic else declared
c.Spawner.ip = "0.0.0.0"
c.Spawner.port = settings.server_port
# The launcher may have to make a home first.
c.Spawner.start_timeout = 240 if settings.dynamic else 120
c.Spawner.poll_interval = 10
# The spawner reads the options itself. Without this JupyterHub warns of each.
c.Spawner.apply_user_options = lambda spawner, options: None
# The roster says how many. With 0 requests for one are refused (servers/asking.py).
c.JupyterHub.allow_named_servers = settings.dynamic is not None
c.JupyterHub.named_server_limit_per_user = lambda handler: current.keeper.named_servers()

# Templates of the stack file come first, then those for pages whose stock text does not fit. Each extends a stock one.
own_templates = hub_section.write_templates(Path(tempfile.gettempdir()) / f"templates-{os.getpid()}")
c.JupyterHub.template_paths = [*own_templates, str(Path(__file__).resolve().parent / "templates")]

c.JupyterHub.jinja_environment_options = {"extensions": [Translated]}
c.JupyterHub.template_vars.update(look_pages.template_vars(settings.look, logo))

# The commands of the project use the API as an admin.
c.JupyterHub.load_roles = [{"name": "admin", "services": ["admin"]}]
c.JupyterHub.services = [{"name": "admin", "api_token": secret.admin_token}]
# The token is derived from the stack's root secret, so it is as random as one from JupyterHub.
c.JupyterHub.trust_user_provided_tokens = True

# By default JupyterHub measures the event loop's delay twenty times a second: half of the CPU time of an idle hub.
c.PeriodicMetricsCollector.event_loop_interval_resolution = 0.5

c.JupyterHub.log_level = "INFO"
c.JupyterHub.tornado_settings = {"log_function": logs.requests(current.entered)}

c.JupyterHub.extra_handlers = [(own.PATH, own.OwnServer)]

# The section `hub` of the stack file. Its own Python runs last.
hub_section.configure(c, settings.hub)
c.JupyterHub.template_vars.update(pages.template_vars(current.notices, current.keeper.named_servers))
if settings.hub.extra_config:
    try:
        hub_section.run_extra(settings.hub.extra_config, {"c": c, "get_config": get_config})
    except hub_section.ExtraConfigError as error:
        sys.exit(f"jupyterhub: {error}")
