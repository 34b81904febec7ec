"""The hub's database in PostgreSQL: made, moved in from SQLite, and upgraded, each in one transaction of the server.

An upgrade goes by way of a file of SQLite: the tables are copied into one that is kept, a copy of that is upgraded, and
takes the place of the tables. That needs no program of the server's version. It is on trial until the hub has come up
with it: another image than the one that upgraded begins with the kept file again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import jupyterhub
from jupyterhub import orm
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from . import copying, schema
from .address import Address
from .database import Database, say_in_log
from .kept import BACK, FILE, Kept
from .place import Place
from .schema import Refused
from .standing import MARK, Mark, set_mark, standing

LOCK = 0x6A68_7562
"""For whoever moves or upgrades: one at a time."""

PUT_BACK = "npm run database -- STACK --put-back"


class Postgresql:
    def __init__(self, address: Address, instance: str, folder: Path, version: str = jupyterhub.__version__) -> None:
        self._address = address
        self._instance = instance
        self._version = version
        self._say = say_in_log
        self._place = Place(folder)
        self._kept = Kept(folder / FILE, version)
        self._draft = folder / f"{FILE}.upgrading"

    def examine(self) -> None:
        """Says whether `open` is going to work, as far as that can be known. Changes nothing. @raises Refused"""
        with self._address.engine() as engine, engine.connect() as connection:
            self._look(connection)

    def open(self) -> None:
        """To be called before JupyterHub connects.

        @raises Refused when this JupyterHub cannot use the database, which is unchanged
        @raises OperationalError when it does not answer
        """
        if self._place.sqlite.exists():
            Database(self._place.sqlite).put_back()
        moved = self._place.sqlite.exists()
        said: list[str] = []
        try:
            with self._address.engine() as engine, engine.begin() as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                aside = self._prepare(connection, said)
        finally:
            self._draft.unlink(missing_ok=True)
        # From here on the tables hold the hub's data.
        self._place.note(self._address.where)
        if moved and aside is not None:
            schema.take_place(self._place.sqlite, aside)
        for sentence in said:
            self._say(sentence)

    def _look(self, connection: Connection) -> Mark | None:
        mark = standing(connection, self._address, self._instance)
        if self._place.sqlite.exists():
            revision = schema.revision_of(self._place.sqlite)
            if revision is None:
                raise Refused(f"of SQLite that is to be moved cannot be read: {FILE} in the hub's volume")
            self._known(revision, None)
        elif mark is None and self._place.left_for is not None:
            raise Refused(
                f"{self._address} is empty, and the hub's data were in {self._place.left_for}. Name that one again. "
                f"To move to another server: npm run database -- STACK --to sqlite, then --to postgresql"
            )
        elif mark is not None and (mark.trial is None or mark.trial["to"] == self._version):
            self._known(_revision(connection), mark.version)
        return mark

    def _prepare(self, connection: Connection, said: list[str]) -> Path | None:
        """@returns under which name the file of SQLite is kept after a move"""
        mark = self._look(connection)
        if self._place.sqlite.exists():
            return self._move_in(connection, mark, said)
        if mark is None:
            copying.create(connection)
            head = schema.head()
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
            set_mark(connection, self._instance, None)
        elif mark.trial is not None and mark.trial["to"] != self._version:
            self._begin_again(connection, mark, mark.trial, said)
        elif mark.trial is None:
            self._upgrade(connection, mark)
        return None

    def _move_in(self, connection: Connection, mark: Mark | None, said: list[str]) -> Path:
        if mark is not None:
            replaced = self._kept.named("postgresql")
            self._export(connection, replaced)
            said.append(f"that was in {self._address} before is kept beside the hub's data: {replaced.name}")
        aside = self._kept.named("sqlite")
        before = schema.revision_of(self._place.sqlite)
        self._load(self._place.sqlite, connection)
        head = schema.head()
        # Of an older schema: the image from before finds it as it was.
        trial = None if before == head else {"copy": aside.name, "from": f"revision {before}", "to": self._version}
        set_mark(connection, self._instance, None, trial)
        said.append(f"is {self._address} from now on. That of SQLite is kept beside the hub's data: {aside.name}")
        return aside

    def _begin_again(self, connection: Connection, mark: Mark, trial: dict[str, Any], said: list[str]) -> None:
        """After an upgrade by another image that did not come up."""
        copy = self._place.sqlite.with_name(trial["copy"])
        before = schema.revision_of(copy)
        if before is None:
            # Without the file the tables are what there is.
            self._known(_revision(connection), trial["to"])
            self._upgrade(connection, Mark(trial["to"], None))
            return
        self._known(before, mark.version)
        self._load(copy, connection)
        same = before == schema.head() and mark.version in (None, self._version)
        set_mark(connection, self._instance, mark.version, None if same else {**trial, "to": self._version})
        said.append(f"is as it was before, of {trial['from']}: JupyterHub {trial['to']} did not come up with it")

    def _upgrade(self, connection: Connection, mark: Mark) -> None:
        before = _revision(connection)
        head = schema.head()
        if before == head and mark.version in (None, self._version):
            return
        was = f"JupyterHub {mark.version}" if mark.version else f"revision {before}"
        copy = self._kept.named(mark.version or before)
        try:
            self._export(connection, copy)
            if before != head:
                self._load(copy, connection)
        except Exception as error:
            copy.unlink(missing_ok=True)
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            raise Refused(
                f"of {was} could not be upgraded to JupyterHub {self._version} ({schema.reason(error)}). "
                f"It is as it was.{BACK}"
            ) from error
        set_mark(connection, self._instance, mark.version, {"copy": copy.name, "from": was, "to": self._version})

    def confirm(self) -> None:
        """The hub has come up."""
        with self._address.engine() as engine, engine.begin() as connection:
            mark = standing(connection, self._address, self._instance)
            if mark is None or (mark.trial is None and mark.version == self._version):
                return
            set_mark(connection, self._instance, self._version)
        if mark.trial is not None:
            self._kept.forget_old()
            self._say(
                f"is now of JupyterHub {mark.trial['to']}. "
                f"The one from before, of {mark.trial['from']}, is kept beside the hub's data: {mark.trial['copy']}"
            )

    def put_back(self) -> None:
        """After a failed start: says what holds. The image from before begins with the kept copy."""
        with suppress(SQLAlchemyError, Refused), self._address.engine() as engine, engine.connect() as connection:
            mark = standing(connection, self._address, self._instance)
            if mark is not None and mark.trial is not None:
                self._say(
                    f"was upgraded, and JupyterHub {mark.trial['to']} did not come up with it; the reason is above. "
                    f"Another image begins with the one from before, of {mark.trial['from']}.{BACK}"
                )

    def restore(self, name: str) -> None:
        """Replaces the tables by a kept copy. They are kept as a copy themselves. @raises Refused"""
        chosen = self._place.sqlite.with_name(name)
        copies = self._kept.copies
        if chosen not in copies:
            raise Refused(f"has no copy {name!r}. There are: {', '.join(copy.name for copy in copies) or 'none'}")
        with self._address.engine() as engine, engine.begin() as connection:
            mark = self._own(connection)
            revision = schema.revision_of(chosen)
            if revision is None:
                raise Refused(f"copy {name} cannot be read")
            self._known(revision, None)
            aside = self._kept.named(mark.version or "postgresql")
            self._export(connection, aside)
            self._load(chosen, connection)
            set_mark(connection, self._instance, None)
        self._draft.unlink(missing_ok=True)
        self._say(f"is {name} again; what was in its place is kept as {aside.name}")

    def move_out(self) -> None:
        """Moves everything into a file of SQLite. The tables are kept. No hub may run. @raises Refused"""
        with self._address.engine(isolation_level="REPEATABLE READ") as engine, engine.connect() as connection:
            if self._place.sqlite.exists():
                return  # It was interrupted after that, or has never been elsewhere.
            mark = self._own(connection)
            if mark.trial is not None:
                raise Refused("is on trial after an upgrade. Let the hub come up with it first: npm run up")
            self._export(connection, self._draft)
        schema.take_place(self._draft, self._place.sqlite)

    def export(self, file: Path) -> None:
        """A copy as of one moment, as a file of SQLite. The hub may run. @raises Refused"""
        with self._address.engine(isolation_level="REPEATABLE READ") as engine, engine.connect() as connection:
            self._own(connection)
            self._export(connection, file)

    def tables(self) -> list[str]:
        """Those of the hub; none if there are none. @raises Refused where they are not this stack's"""
        with self._address.engine() as engine, engine.connect() as connection:
            mark = standing(connection, self._address, self._instance)
            return [] if mark is None else copying.own(connection)

    def purge(self) -> list[str]:
        """Drops the hub's tables, and nothing else. @raises Refused where they are not this stack's"""
        with self._address.engine() as engine, engine.begin() as connection:
            mark = standing(connection, self._address, self._instance)
            return [] if mark is None else copying.drop(connection)

    def _own(self, connection: Connection) -> Mark:
        mark = standing(connection, self._address, self._instance)
        if mark is None:
            raise Refused(f"{self._address} is empty")
        return mark

    def _known(self, revision: str, came_up: str | None) -> None:
        if not schema.look_up(revision)[1]:
            raise Refused(self._kept.newer(came_up, PUT_BACK))

    def _export(self, connection: Connection, file: Path) -> None:
        """As it is, of whichever version."""
        draft = file.with_name(f".{file.name}")
        draft.unlink(missing_ok=True)
        try:
            with _file(draft) as engine, engine.begin() as target:
                copying.copy(connection, target, leave=(MARK.name,))
            draft.chmod(0o600)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)

    def _load(self, file: Path, connection: Connection) -> None:
        """Puts a file's content in place of the hub's tables, upgraded to this JupyterHub."""
        schema.copy_file(file, self._draft)
        schema.upgrade(self._draft)
        with _file(self._draft) as engine, engine.connect() as source:
            copying.drop(connection, keep=(MARK.name,))
            copying.copy(source, connection, known=orm.Base.metadata)


@contextmanager
def _file(file: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{file}")
    try:
        yield engine
    finally:
        engine.dispose()


def _revision(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
