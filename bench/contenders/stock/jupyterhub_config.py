# A hub as its documentation has it: DockerSpawner over a mounted Docker socket, whoever knows the password gets in.
import os

c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["PASSWORD"]
c.Authenticator.allow_all = True
c.JupyterHub.hub_ip = "0.0.0.0"
c.JupyterHub.hub_connect_ip = os.environ["HUB"]
c.JupyterHub.db_url = "sqlite:////data/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "/data/cookie_secret"
# It runs in a container of its own, from the same image as this project's.
c.ConfigurableHTTPProxy.should_start = False
# As its documentation advises for a proxy of its own: servers go on while the hub is replaced.
c.JupyterHub.cleanup_servers = False
c.ConfigurableHTTPProxy.api_url = os.environ["PROXY_API"]
c.JupyterHub.concurrent_spawn_limit = int(os.environ["SPAWNS"])
c.DockerSpawner.image = os.environ["NOTEBOOK_IMAGE"]
c.DockerSpawner.pull_policy = "never"
c.DockerSpawner.network_name = os.environ["NETWORK"]
c.DockerSpawner.use_internal_ip = True
c.DockerSpawner.prefix = os.environ["PREFIX"]
c.DockerSpawner.name_template = "{prefix}-u-{username}"
c.DockerSpawner.notebook_dir = "/home/jovyan"
c.DockerSpawner.volumes = {os.environ["PREFIX"] + "-home-{username}": "/home/jovyan"}
c.DockerSpawner.mem_limit = "1G"
c.DockerSpawner.cpu_limit = 1
