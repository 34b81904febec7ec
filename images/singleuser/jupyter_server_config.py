# What makes a person's server start fast and stop cleanly. Anything here can be overridden in
# ~/.jupyter of that person: it is their server.
import contextlib
import os
import sys

from jupyter_core.paths import jupyter_data_dir
from jupyter_server._tz import utcnow
from jupyter_server.serverapp import ServerApp, ServerWebApplication
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

c = get_config()  # noqa: F821 (given by traitlets)

# Each extension costs start-up time. These two do nothing here: no language server is installed,
# and the shim only serves the classic notebook of JupyterLab 2.
c.ServerApp.jpserver_extensions = {"jupyter_lsp": False, "notebook_shim": False}

# No calls out to a news feed at start: a server may have no way out, and the image is what is
# updated, not JupyterLab inside it.
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None
# The default manager asks a package index while the server starts.
c.LabApp.extension_manager = "readonly"

# A page for a browser beside the server: there is none.
ServerApp.no_browser_open_file = True

# A stopped container has 10 s until it is killed. A kernel that computes does not answer the
# polite request, so waiting the default 5 s for it only delays the stop.
c.KernelManager.shutdown_wait_time = 1.5

# How long the hub's word about a visitor is taken without asking again, instead of 300 s: so much
# later somebody who was let in is out.
c.HubAuth.cache_max_age = 30

# Extensions keep databases there (jupyter-collaboration), and expect the folder: elsewhere it is made for the runtime
# files, which are not in the home here.
with contextlib.suppress(OSError):
    os.makedirs(jupyter_data_dir(), mode=0o700, exist_ok=True)

# The hub stops servers that nobody uses, and hears from here what is used: often enough for a limit of a minute.
os.environ.setdefault("JUPYTERHUB_ACTIVITY_INTERVAL", "30")


def _at_work(settings):
    """Whether a kernel computes, or a terminal has a program in it: both may be silent for hours."""
    kernels = settings["kernel_manager"]
    if any(getattr(kernels.get_kernel(id), "execution_state", "") == "busy" for id in kernels.list_kernel_ids()):
        return True
    terminals = getattr(settings.get("terminal_manager"), "terminals", {})
    return any(_has_a_program(terminal.ptyproc) for terminal in list(terminals.values()))


def _has_a_program(shell):
    try:
        return os.tcgetpgrp(shell.fd) != shell.pid
    except OSError:
        return False  # the shell has ended


def _last_activity(self):
    return utcnow() if _at_work(self.settings) else _last_message(self)


# Of its own accord the server counts messages: a cell that runs for hours without printing has none.
_last_message = ServerWebApplication.last_activity
ServerWebApplication.last_activity = _last_activity

# Kernels, terminals and saved files take it over from the server. Octal digits, as in the official Jupyter images.
if "NB_UMASK" in os.environ:
    os.umask(int(os.environ["NB_UMASK"], 8))


def _rather_than_the_server():
    """Terminals go before the server where memory runs out; kernels see to it themselves (/etc/ipython)."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass


# Terminals are forked; kernels are not, so this does not reach them.
os.register_at_fork(after_in_child=_rather_than_the_server)


async def _open(self, kernel_id):
    """Linux would keep a kernel's second small message until the first is acknowledged, which takes a browser 40 ms."""
    await _opened(self, kernel_id)
    self.set_nodelay(True)


_opened, KernelWebsocketHandler.open = KernelWebsocketHandler.open, _open

sys.path.append(os.path.dirname(__file__))
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager  # noqa: E402
from list_again import list_again  # noqa: E402

list_again(AsyncFileContentsManager)

# What is too large to open is refused with words, and kernels live on.
from open_limit.files import limit_files  # noqa: E402
from open_limit.limit import Limit  # noqa: E402
from open_limit.memory import Memory  # noqa: E402
from open_limit.requests import limit_bodies  # noqa: E402

limit = Limit(Memory())
limit_files(limit)
limit_bodies(limit)
