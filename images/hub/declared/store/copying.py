"""Copies all tables of one database into another of another kind. It needs no program of the database's maker: what
pg_dump does is tied to the server's version.
"""

from __future__ import annotations

from typing import Any

from jupyterhub import orm
from sqlalchemy import Connection, Integer, MetaData, Table, func, inspect, select, text

ROWS = 1000
"""Rows that are in memory at a time."""


def copy(source: Connection, target: Connection, known: MetaData | None = None, leave: tuple[str, ...] = ()) -> None:
    """Makes the tables of `source` in `target`, which has none of them, and fills them.

    @param known tables that are made as this JupyterHub declares them; others are made as they are in `source`
    @param leave names of tables that are not copied
    """
    found = MetaData()
    found.reflect(source, only=[name for name in own(source) if name not in leave])
    made = MetaData()
    for table in found.sorted_tables:
        declared = None if known is None else known.tables.get(table.name)
        (table if declared is None else declared).to_metadata(made)
    for table in made.tables.values():
        if known is None or table.name not in known.tables:
            _generalise(table)
    made.create_all(target)
    for table in made.sorted_tables:
        _fill(found.tables[table.name], table, source, target)


def create(target: Connection) -> None:
    """The tables of this JupyterHub, empty."""
    orm.Base.metadata.create_all(target)


def drop(target: Connection, keep: tuple[str, ...] = ()) -> list[str]:
    """Drops the hub's tables, whichever version made them. @returns their names"""
    names = [name for name in own(target) if name not in keep]
    found = MetaData()
    found.reflect(target, only=names)
    found.drop_all(target, tables=[found.tables[name] for name in names])
    return names


def tables(connection: Connection) -> set[str]:
    """Whosever they are."""
    return set(inspect(connection).get_table_names())


def own(connection: Connection) -> list[str]:
    """The hub's: its user made them."""
    if connection.dialect.name != "postgresql":
        return sorted(tables(connection))
    names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tableowner = current_user"
    return sorted(connection.scalars(text(names)))


def _generalise(table: Table) -> None:
    """In words that every kind of database has."""
    for column in table.columns:
        column.type = column.type.as_generic()
        # PostgreSQL's counters are made with the column.
        column.server_default = None


def _fill(source: Table, target: Table, reading: Connection, writing: Connection) -> None:
    # Values as the database has them, and not as JupyterHub's own types would read them.
    raw = Table(
        target.name, MetaData(), *(column._copy() for column in source.columns if column.name in target.columns)
    )
    _generalise(raw)
    every = select(*[source.c[column.name] for column in raw.columns])
    rows = reading.execute(every, execution_options={"yield_per": ROWS})
    for part in rows.mappings().partitions(ROWS):
        writing.execute(raw.insert(), [dict(row) for row in part])
    if writing.dialect.name == "postgresql":
        _count_on(target, writing)


def _count_on(table: Table, writing: Connection) -> None:
    """The next row gets a number that none has yet."""
    key: Any = table.autoincrement_column
    if key is None or not isinstance(key.type, Integer):
        return
    last = writing.scalar(select(func.max(key)))
    if last is not None:
        writing.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"),
            {"table": writing.dialect.identifier_preparer.format_table(table), "column": key.name, "last": last},
        )
