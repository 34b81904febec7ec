"""Messages of the administrator to people: why their server was stopped, and that no server can be started now.

Each is a file of its own, so that the command that writes them and the hub that removes them never write the same file,
and so that they outlive a replaced hub. Only the standard library is used: `npm run up` runs this file each time.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

HELD = "held"


class Notices:
    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "notices"

    def of(self, name: str, server: str = "") -> str | None:
        """Why the person's server was or will be stopped. Removed at the next start."""
        return self._read(self._file(name, server))

    def leave(self, name: str, text: str, server: str = "") -> None:
        self._write(self._file(name, server), text)

    def take_away(self, name: str, server: str = "") -> None:
        self._file(name, server).unlink(missing_ok=True)

    @property
    def held(self) -> str | None:
        """Why nobody can start a server now; None when people can."""
        return self._read(self._folder / HELD)

    def hold(self, text: str) -> None:
        self._write(self._folder / HELD, text)

    def release(self) -> bool:
        """@returns whether starts were held"""
        was = (self._folder / HELD).exists()
        (self._folder / HELD).unlink(missing_ok=True)
        return was

    def _file(self, name: str, server: str) -> Path:
        # No name has a slash.
        whose = f"{name}/{server}" if server else name
        return self._folder / f"to-{hashlib.sha256(whose.encode()).hexdigest()}"

    @staticmethod
    def _read(file: Path) -> str | None:
        try:
            return file.read_text()
        except OSError:
            return None

    def _write(self, file: Path, text: str) -> None:
        """Writes a draft and renames it, so that nobody reads half of it."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        draft = file.with_suffix(".new")
        draft.write_text(text)
        draft.rename(file)


if __name__ == "__main__":
    # `notices.py DATA_DIR` lets people start servers again.
    print("released" if Notices(Path(sys.argv[1])).release() else "")
