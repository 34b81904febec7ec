"""Upgrades the hub's database when JupyterHub has changed, and puts it back if the new hub does not come up.

JupyterHub refuses a database with an older schema, and its own upgrade works in place. Here a copy is upgraded and
replaces the database in one step. It is on trial until the hub has come up with it. If that start fails or is killed,
the database from before is put back. So the earlier image works again, whatever the new one did.

`python -m declared.store.database COPY` puts a kept copy back, for a later return to an older JupyterHub.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import jupyterhub
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from jupyterhub import dbutil

from .. import settings

KEEP = 5
"""How many copies from before an upgrade are kept; the oldest are deleted."""

FILE = "jupyterhub.sqlite"

PUT_BACK = "docker run --rm --volume VOLUME:/srv/jupyterhub/data IMAGE python -m declared.store.database"
"""`npm run up` knows the two names."""


class Refused(Exception):
    """The hub cannot use this database, which is unchanged."""


def _say(sentence: str) -> None:
    # `npm run up` looks for lines with this beginning.
    print(f"jupyterhub: the database {sentence}", file=sys.stderr, flush=True)


class Database:
    """A record next to the file says which JupyterHub came up with it last, and what is on trial."""

    def __init__(self, file: Path, version: str = jupyterhub.__version__, say: Callable[[str], None] = _say) -> None:
        self.file = file
        self._version = version
        self._say = say
        self._record_file = file.with_name("database.json")
        self._draft = file.with_name(f"{file.name}.upgrading")

    @property
    def copies(self) -> list[Path]:
        return sorted(self.file.parent.glob(f"{self.file.name}-*Z-from-*"))

    def open(self) -> None:
        """To be called before JupyterHub opens the file.

        @raises Refused when this JupyterHub cannot use the database
        """
        self.put_back()
        before = _revision(self.file)
        if before is None:
            return  # There is no database yet, or JupyterHub says what is wrong with it.
        head, known = _look_up(before)
        came_up = self._record().get("version")
        if not known:
            raise Refused(self._newer(came_up))
        if before == head and came_up in (None, self._version):
            return
        was = f"JupyterHub {came_up}" if came_up else f"revision {before}"
        copy = self._named(came_up or before)
        try:
            _copy(self.file, copy)
            if before != head:
                self._upgrade(copy)
        except Exception as error:
            self._draft.unlink(missing_ok=True)
            copy.unlink(missing_ok=True)
            raise Refused(
                f"of {was} could not be upgraded to JupyterHub {self._version} ({_reason(error)}). "
                f"It is as it was.{_BACK}"
            ) from error
        self._write({"version": came_up, "trial": {"copy": copy.name, "from": was, "to": self._version}})
        if before != head:
            self._take_place(self._draft)

    def confirm(self) -> None:
        """The hub has come up."""
        record = self._record()
        trial = record.get("trial")
        if trial is None:
            if record.get("version") != self._version:
                with suppress(OSError):  # A full disk is no reason not to start.
                    self._write({"version": self._version})
        else:
            self._write({"version": self._version})
            for old in self.copies[:-KEEP]:
                old.unlink()
            self._say(
                f"is now of JupyterHub {trial['to']}. "
                f"The one from before, of {trial['from']}, is kept beside it: {trial['copy']}"
            )

    def put_back(self) -> None:
        """Puts the database back after a failed start. Nothing may have it open."""
        record = self._record()
        trial = record.pop("trial", None)
        if trial is None:
            return
        copy = self.file.with_name(trial["copy"])
        if copy.exists():  # It is in place already if an earlier call was interrupted after this step.
            self._take_place(copy)
        self._write(record)
        # The earlier image needs no advice how to go back.
        back = _BACK if trial["to"] == self._version else ""
        self._say(
            f"is as it was before, of {trial['from']}: "
            f"JupyterHub {trial['to']} did not come up with it; the reason is above.{back}"
        )

    def restore(self, name: str) -> None:
        """Replaces the database by a kept copy. The replaced one is kept as a copy too.

        @raises Refused when there is no such copy
        """
        chosen = self.file.with_name(name)
        if chosen not in self.copies:
            raise Refused(f"has no copy {name!r}. There are: {', '.join(copy.name for copy in self.copies) or 'none'}")
        aside = self._named(self._record().get("version") or _revision(self.file) or "unknown")
        _copy(self.file, aside)
        _copy(chosen, self._draft)
        self._write({})
        self._take_place(self._draft)
        self._say(f"is {name} again; what was in its place is kept as {aside.name}")

    def _newer(self, came_up: str | None) -> str:
        newer = f"is of a newer JupyterHub ({came_up})" if came_up else "is of a newer JupyterHub"
        fitting = [copy for copy in self.copies if (revision := _revision(copy)) and _look_up(revision)[1]]
        said = f"{newer} than this image has ({self._version}). It is as it was. "
        said += "Go back to the newer image, and `npm run up`."
        if fitting:
            said += " Or put back the copy from before, without what sessions and tokens have become since: "
            said += f"{PUT_BACK} {fitting[-1].name}"
        return said

    def _named(self, what: str) -> Path:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        return self.file.with_name(f"{self.file.name}-{stamp}-from-{what}-to-{self._version}")

    def _upgrade(self, copy: Path) -> None:
        _copy(copy, self._draft)
        with dbutil._temp_alembic_ini(f"sqlite:///{self._draft}") as ini:
            command.upgrade(Config(ini), "head")

    def _take_place(self, other: Path) -> None:
        # SQLite's unfinished writes belong to the replaced file. It would apply them to the new one.
        for rest in ("-journal", "-wal", "-shm"):
            self.file.with_name(self.file.name + rest).unlink(missing_ok=True)
        other.replace(self.file)

    def _record(self) -> dict[str, Any]:
        try:
            return json.loads(self._record_file.read_text())
        except (OSError, ValueError):
            return {}

    def _write(self, record: dict[str, Any]) -> None:
        draft = self._record_file.with_suffix(".new")
        with draft.open("w") as out:
            json.dump(record, out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self._record_file)


_BACK = " To have the hub as it was: the image that it had before, and `npm run up`. Servers that run go on meanwhile."


def _copy(source: Path, target: Path) -> None:
    """Copies with SQLite's own backup, which is consistent also if a hub was killed while it wrote."""
    draft = target.with_name(f".{target.name}")
    draft.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(draft)) as here:
            there.backup(here)
        draft.chmod(0o600)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _revision(file: Path) -> str | None:
    if not file.exists():
        return None
    try:
        with closing(sqlite3.connect(file)) as database:
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row else None


def _look_up(revision: str) -> tuple[str, bool]:
    """@returns this JupyterHub's revision, and whether it knows the given one"""
    with dbutil._temp_alembic_ini("sqlite://") as ini:
        scripts = ScriptDirectory.from_config(Config(ini))
        head = scripts.get_heads()[0]
        try:
            return head, scripts.get_revision(revision) is not None
        except CommandError:
            return head, False


def _reason(error: Exception) -> str:
    return (
        f"{type(error).__name__}: {str(error).strip().splitlines()[0]}" if str(error).strip() else type(error).__name__
    )


def main() -> None:
    folder = Path(os.environ.get(settings.DATA_DIR_VARIABLE, str(settings.DATA_DIR)))
    if len(sys.argv) != 2:
        sys.exit("usage: python -m declared.store.database COPY")
    try:
        Database(folder / FILE).restore(sys.argv[1])
    except Refused as error:
        sys.exit(f"jupyterhub: the database {error}")


if __name__ == "__main__":
    main()
