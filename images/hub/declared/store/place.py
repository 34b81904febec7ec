"""Whether the hub's data have left the file of SQLite.

The file itself says it: while it is there, it holds the hub's data. A move into PostgreSQL ends with another name for
it, a move back with a new one. So there is never a doubt which of the two is right, whenever a hub is killed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .kept import FILE
from .whole_file import write_whole


class Place:
    def __init__(self, folder: Path) -> None:
        self.sqlite = folder / FILE
        self._record = folder / "place.json"

    @property
    def left_for(self) -> str | None:
        """Where the data are, if they were moved away."""
        if self.sqlite.exists() or not self._record.exists():
            return None
        where = self._read()
        return f"{where.get('name')} at {where.get('host')}:{where.get('port')}"

    def is_at(self, where: dict[str, Any]) -> bool:
        return self._record.exists() and self._read() == where

    def note(self, where: dict[str, Any]) -> None:
        if not self.is_at(where):
            write_whole(self._record, json.dumps(where))

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._record.read_text())
        except (OSError, ValueError):
            found = None
        return found if isinstance(found, dict) else {}
