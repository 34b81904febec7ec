"""What a database of PostgreSQL is to this stack: empty, its own, or not to be touched. Changes nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, Text, select, text
from sqlalchemy.exc import SQLAlchemyError

from . import copying
from .address import Address
from .schema import Refused

OLDEST = 13
"""Version of the server. Older ones get no security fixes from PostgreSQL any more."""

MARK = Table(
    "jupyterhub_stack",
    MetaData(),
    Column("instance", Text, primary_key=True),
    Column("version", Text),
    Column("trial", Text),
)
"""Says whose the tables beside it are, which JupyterHub came up with them last, and what is on trial."""


@dataclass(frozen=True)
class Mark:
    version: str | None
    trial: dict[str, Any] | None


def standing(connection: Connection, address: Address, instance: str) -> Mark | None:
    """@returns None for an empty database @raises Refused"""
    version = int(connection.scalar(text("SHOW server_version_num")))
    if version < OLDEST * 10_000:
        raise Refused(f"{address} is of PostgreSQL {version // 10_000}; the hub needs {OLDEST} or newer")
    found = copying.tables(connection)
    if MARK.name in found:
        return _own(connection, address, instance)
    if found:
        some = ", ".join(sorted(found)[:3]) + (", …" if len(found) > 3 else "")
        raise Refused(
            f"{address} has tables that are not this stack's ({some}). Give the hub a database of its own: "
            "CREATE DATABASE …"
        )
    _refuse_unusable(connection, address)
    return None


def _own(connection: Connection, address: Address, instance: str) -> Mark:
    mark = connection.execute(select(MARK)).one_or_none()
    if mark is None or mark.instance != instance:
        whose = "of another stack" + (f", with the id {mark.instance}" if mark else "")
        raise Refused(f"{address} is {whose}; this one's id is {instance}. Give each stack a database of its own")
    _refuse_read_only(connection, address)
    return Mark(mark.version, json.loads(mark.trial) if mark.trial else None)


def set_mark(connection: Connection, instance: str, version: str | None, trial: dict[str, Any] | None = None) -> None:
    MARK.create(connection, checkfirst=True)
    connection.execute(MARK.delete())
    trial_text = json.dumps(trial) if trial else None
    connection.execute(MARK.insert().values(instance=instance, version=version, trial=trial_text))


def _refuse_read_only(connection: Connection, address: Address) -> None:
    if connection.scalar(text("SHOW transaction_read_only")) == "on":
        raise Refused(f"{address} cannot be written: it is a standby, or set to be read only. Name the primary server")


def _refuse_unusable(connection: Connection, address: Address) -> None:
    _refuse_read_only(connection, address)
    schema = connection.scalar(text("SELECT current_schema()"))
    if schema is None:
        raise Refused(f"{address} has no schema to make tables in: search_path names none that {address.user} may use")
    if not connection.scalar(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")):
        raise Refused(
            f"{address}: {address.user} may make no tables in the schema {schema}. "
            f"As an administrator of the server: ALTER DATABASE {address.where['name']} OWNER TO {address.user}"
        )


UNREACHABLE = (
    ("could not translate host name", "no server of this name is known there"),
    ("failed to resolve host", "no server of this name is known there"),
    ("Name or service not known", "no server of this name is known there"),
    ("Connection refused", "nothing listens there, or it listens on another address"),
    ("timeout expired", "nothing answers there: a firewall, perhaps"),
    ("No route to host", "there is no way to it"),
    ("Network is unreachable", "there is no way to it"),
    ("password authentication failed", "the server refuses user and password"),
    ("no password supplied", "the server asks for a password, and the URL has none"),
    ("no pg_hba.conf entry", "the server's pg_hba.conf lets nobody in like this"),
    ("does not support SSL", "the server has no TLS, and sslmode asks for it"),
    ("certificate verify failed", "the server's certificate is of no known authority: jupyterhub:databaseCa"),
    ("root certificate file", "sslmode verifies the server's certificate, and no authority is named: databaseCa"),
    ("server certificate for", "the server's certificate is for another name than the URL's host"),
    ("does not exist", "the server does not have what the URL names"),
)
"""What libpq says, and what it means."""


def unreachable(address: Address, error: SQLAlchemyError) -> str:
    """Why there is no connection."""
    said = str(getattr(error, "orig", None) or error).strip()
    line = next((line.strip() for line in said.splitlines() if line.strip()), "no reason given")
    meaning = next((meaning for part, meaning in UNREACHABLE if part in said), None)
    return f"{address} cannot be used{'' if meaning is None else f': {meaning}'} ({line})"
