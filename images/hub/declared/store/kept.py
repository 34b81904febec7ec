"""Copies of the hub's database from before an upgrade or a move: files of SQLite in the hub's volume, whatever the
database is.
"""

from __future__ import annotations

import time
from pathlib import Path

from . import schema

FILE = "jupyterhub.sqlite"

KEEP = 5
"""How many copies are kept; the oldest are deleted."""

BACK = " To have the hub as it was: the image that it had before, and `npm run up`. Servers that run go on meanwhile."


class Kept:
    def __init__(self, file: Path, version: str) -> None:
        self._file = file
        self._version = version

    @property
    def copies(self) -> list[Path]:
        return sorted(self._file.parent.glob(f"{self._file.name}-*Z-from-*"))

    def named(self, what: str) -> Path:
        """A copy that is to be made: none that is there is overwritten, and the newest sorts last."""
        moment = time.time()
        while any(self._stamped(moment) in copy.name for copy in self.copies):
            moment += 1
        return self._file.with_name(f"{self._file.name}{self._stamped(moment)}from-{what}-to-{self._version}")

    @staticmethod
    def _stamped(moment: float) -> str:
        return time.strftime("-%Y%m%dT%H%M%SZ-", time.gmtime(moment))

    def forget_old(self) -> None:
        for old in self.copies[:-KEEP]:
            old.unlink()

    def newer(self, came_up: str | None, put_back: str) -> str:
        """Why a database of a newer JupyterHub is refused. @param put_back the command that puts a kept copy back"""
        newer = f"is of a newer JupyterHub ({came_up})" if came_up else "is of a newer JupyterHub"
        fitting = [
            copy for copy in self.copies if (revision := schema.revision_of(copy)) and schema.look_up(revision)[1]
        ]
        said = f"{newer} than this image has ({self._version}). It is as it was. "
        said += "Go back to the newer image, and `npm run up`."
        if fitting:
            said += " Or put back the copy from before, without what sessions and tokens have become since: "
            said += f"{put_back} {fitting[-1].name}"
        return said
