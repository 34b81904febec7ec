"""Which JupyterHub a database is of, and the upgrade of one that is a file of SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from jupyterhub import dbutil


class Refused(Exception):
    """The hub cannot use this database, which is unchanged."""


def copy_file(source: Path, target: Path) -> None:
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


def take_place(other: Path, file: Path) -> None:
    """Replaces a database's file by another in one step."""
    # SQLite's unfinished writes belong to the replaced file. It would apply them to the new one.
    for rest in ("-journal", "-wal", "-shm"):
        file.with_name(file.name + rest).unlink(missing_ok=True)
    other.replace(file)


def revision_of(file: Path) -> str | None:
    if not file.exists():
        return None
    try:
        with closing(sqlite3.connect(file)) as database:
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row else None


def look_up(revision: str) -> tuple[str, bool]:
    """@returns this JupyterHub's revision, and whether it knows the given one"""
    with dbutil._temp_alembic_ini("sqlite://") as ini:
        scripts = ScriptDirectory.from_config(Config(ini))
        head = scripts.get_heads()[0]
        try:
            return head, scripts.get_revision(revision) is not None
        except CommandError:
            return head, False


def head() -> str:
    """This JupyterHub's revision."""
    with dbutil._temp_alembic_ini("sqlite://") as ini:
        return ScriptDirectory.from_config(Config(ini)).get_heads()[0]


def upgrade(file: Path) -> None:
    with dbutil._temp_alembic_ini(f"sqlite:///{file}") as ini:
        command.upgrade(Config(ini), "head")


def reason(error: Exception) -> str:
    said = str(error).strip()
    return f"{type(error).__name__}: {said.splitlines()[0]}" if said else type(error).__name__
