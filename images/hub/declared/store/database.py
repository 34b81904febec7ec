"""Upgrades the hub's database when JupyterHub has changed, and puts it back if the new hub does not come up.

JupyterHub refuses a database with an older schema, and its own upgrade works in place. Here a copy is upgraded and
replaces the database in one step. It is on trial until the hub has come up with it. If that start fails or is killed,
the database from before is put back. So the earlier image works again, whatever the new one did.

`python -m declared.store.database COPY` puts a kept copy back, for a later return to an older JupyterHub.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import jupyterhub

from .. import settings
from . import schema
from .kept import BACK, FILE, Kept
from .place import Place
from .schema import Refused

PUT_BACK = "docker run --rm --volume VOLUME:/srv/jupyterhub/data IMAGE python -m declared.store.database"
"""`npm run up` knows the two names."""


def say_in_log(sentence: str) -> None:
    # `npm run up` looks for lines with this beginning.
    print(f"jupyterhub: the database {sentence}", file=sys.stderr, flush=True)


class Database:
    """A record next to the file says which JupyterHub came up with it last, and what is on trial."""

    def __init__(
        self, file: Path, version: str = jupyterhub.__version__, say: Callable[[str], None] = say_in_log
    ) -> None:
        self.file = file
        self._version = version
        self._say = say
        self._record_file = file.with_name("database.json")
        self._draft = file.with_name(f"{file.name}.upgrading")
        self._kept = Kept(file, version)

    @property
    def copies(self) -> list[Path]:
        return self._kept.copies

    def open(self) -> None:
        """To be called before JupyterHub opens the file.

        @raises Refused when this JupyterHub cannot use the database
        """
        self.put_back()
        before = schema.revision_of(self.file)
        left_for = Place(self.file.parent).left_for
        if left_for is not None:
            raise Refused(
                f"is in PostgreSQL: {left_for}. Name it again (jupyterhub:database), then move it back: "
                "npm run database -- STACK --to sqlite"
            )
        if before is None:
            return  # There is no database yet, or JupyterHub says what is wrong with it.
        head, known = schema.look_up(before)
        came_up = self._record().get("version")
        if not known:
            raise Refused(self._kept.newer(came_up, PUT_BACK))
        if before == head and came_up in (None, self._version):
            return
        was = f"JupyterHub {came_up}" if came_up else f"revision {before}"
        copy = self._kept.named(came_up or before)
        try:
            schema.copy_file(self.file, copy)
            if before != head:
                self._upgrade(copy)
        except Exception as error:
            self._draft.unlink(missing_ok=True)
            copy.unlink(missing_ok=True)
            raise Refused(
                f"of {was} could not be upgraded to JupyterHub {self._version} ({schema.reason(error)}). "
                f"It is as it was.{BACK}"
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
            self._kept.forget_old()
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
        back = BACK if trial["to"] == self._version else ""
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
        aside = self._kept.named(self._record().get("version") or schema.revision_of(self.file) or "unknown")
        schema.copy_file(self.file, aside)
        schema.copy_file(chosen, self._draft)
        self._write({})
        self._take_place(self._draft)
        self._say(f"is {name} again; what was in its place is kept as {aside.name}")

    def _upgrade(self, copy: Path) -> None:
        schema.copy_file(copy, self._draft)
        schema.upgrade(self._draft)

    def _take_place(self, other: Path) -> None:
        schema.take_place(other, self.file)

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
