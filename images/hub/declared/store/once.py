"""What the project's commands do to a database of PostgreSQL, beside the hub or without it.

`python -m declared.store.once WHAT [NAME]` reads one JSON object from its standard input: `url`, `ca` and `instance`.
So the password is in no list of processes and in no container's definition.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from .. import settings
from ..reader import Reader, SettingsError
from .address import Address
from .place import Place
from .postgresql import Postgresql
from .schema import Refused
from .standing import unreachable


def _acts(database: Postgresql, name: str) -> dict[str, Callable[[], object]]:
    return {
        # Whether the hub can use it.
        "check": database.examine,
        # All of it as a file of SQLite.
        "export": lambda: database.export(Path(name)),
        "to-sqlite": database.move_out,
        "put-back": lambda: database.restore(name),
        "tables": lambda: print("\n".join(database.tables())),
        "purge": lambda: print("\n".join(database.purge())),
    }


def run(what: str, name: str, given: str, folder: Path) -> None:
    """@raises SystemExit with what is wrong"""
    try:
        read = Reader("", json.loads(given))
        address = Address.of(read.take("url", str), read.take("ca", str))
        database = Postgresql(address, read.take("instance", str), folder)
        read.done()
    except (ValueError, SettingsError) as error:
        sys.exit(f"standard input: {error}")
    act = _acts(database, name).get(what)
    if act is None:
        sys.exit(f"unknown: {what}")
    try:
        act()
    except Refused as error:
        sys.exit(f"The database {error}")
    except SQLAlchemyError as error:
        sys.exit(f"The database {unreachable(address, error)}")


def main() -> None:
    folder = Path(os.environ.get(settings.DATA_DIR_VARIABLE, str(settings.DATA_DIR)))
    what, name = [*sys.argv[1:], "", ""][:2]
    if what == "has-left":
        # Without a database: where the hub's data are.
        print(Place(folder).left_for or "", end="")
    else:
        run(what, name, sys.stdin.read(), folder)


if __name__ == "__main__":
    main()
