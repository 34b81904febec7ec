"""Runs students' notebooks, for grades, where they see nothing of anybody else (confine.py)."""

import os
import sys
import tempfile

from jupyter_client.manager import AsyncKernelManager
from nbgrader.preprocessors import Execute
from traitlets import Bool, Unicode

from . import confine


class ConfinedKernelManager(AsyncKernelManager):
    readable = ""

    def format_kernel_cmd(self, extra_arguments=None):
        # Gone with this manager.
        self._scratch = tempfile.TemporaryDirectory(prefix="graded-", ignore_cleanup_errors=True)
        command = super().format_kernel_cmd(extra_arguments)
        confined = [sys.executable, "-I", confine.__file__, self.connection_file, self._scratch.name, self.readable]
        return [*confined, *command]


class ConfinedExecute(Execute):
    confined = Bool(True, help="Whether students' code is kept from the files of all others.").tag(config=True)
    readable = Unicode(
        os.environ.get("COURSE_READABLE", ""),
        help="Folders that notebooks read while they are graded, with a colon between them.",
    ).tag(config=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.confined:
            return
        if confine.version() < 1:
            raise RuntimeError(
                "This machine's Linux has no Landlock, so students' notebooks would run beside all submissions and see "
                "them. To grade nevertheless: c.ConfinedExecute.confined = False in nbgrader_config.py."
            )
        self.kernel_manager_class = type("Confined", (ConfinedKernelManager,), {"readable": self.readable})
