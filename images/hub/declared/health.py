"""For the container's health check: does the hub answer, and can it write? It imports next to nothing, as it runs every few seconds."""

import json
import os
import sys
import urllib.request

from disk import is_full  # Beside this file, which is run by its path.

settings = json.loads(os.environ["JUPYTERHUB_SETTINGS"])
url = f"http://127.0.0.1:{settings['hubPort']}{settings['baseUrl']}hub/health"
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
# As settings.py has it
data = os.environ.get("JUPYTERHUB_DATA_DIR", "/srv/jupyterhub/data")
if is_full(data):
    sys.exit(f"The disk of {data} is full")
try:
    sys.exit(0 if opener.open(url, timeout=3).status == 200 else 1)
except OSError as error:
    sys.exit(f"{url}: {error}")
