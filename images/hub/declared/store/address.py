"""Where a database of PostgreSQL is, and how the hub connects to it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from ..reader import SettingsError

VARIABLE = "JUPYTERHUB_DATABASE_URL"

PATIENCE: dict[str, Any] = {
    # Seconds. The hub does nothing else while it waits for its database, so it must not wait long for one that is gone
    # without a word.
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    # Milliseconds.
    "tcp_user_timeout": 10_000,
}


@dataclass(frozen=True)
class Address:
    _url: URL = field(repr=False)
    _ca: str = field(repr=False, default="")
    """Certificates (PEM) of the authorities that signed the server's; empty: those of the system."""

    @classmethod
    def of(cls, url: str, ca: str = "") -> Address:
        try:
            return cls(make_url(url).set(drivername="postgresql+psycopg"), ca)
        except ArgumentError:
            # Not what it says: the password may be in it.
            raise SettingsError(f"{VARIABLE} is no URL of a database") from None

    @classmethod
    def from_env(cls, ca: str, env: Mapping[str, str] = os.environ) -> Address:
        if not env.get(VARIABLE):
            raise SettingsError(f"not set: {VARIABLE}")
        return cls.of(env[VARIABLE], ca)

    @property
    def url(self) -> str:
        """With the password."""
        return self._url.render_as_string(hide_password=False)

    def __str__(self) -> str:
        return f"{self._url.database} at {self._url.host}:{self._url.port or 5432}"

    @property
    def where(self) -> dict[str, str | int]:
        """What tells it from another database: no secret."""
        return {"host": self._url.host or "", "port": self._url.port or 5432, "name": self._url.database or ""}

    @property
    def user(self) -> str:
        return self._url.username or ""

    def arguments(self) -> dict[str, Any]:
        """For the driver, besides the URL. What the URL says itself comes first."""
        given = self._url.query
        own = {**PATIENCE, "application_name": "jupyterhub", **({"sslrootcert": self._ca_file()} if self._ca else {})}
        arguments = {key: value for key, value in own.items() if key not in given}
        # A pooler in between (PgBouncer) may give each transaction another connection.
        return {**arguments, "prepare_threshold": None}

    @contextmanager
    def engine(self, **options: Any) -> Iterator[Engine]:
        engine = create_engine(self.url, connect_args=self.arguments(), **options)
        try:
            yield engine
        finally:
            engine.dispose()

    def _ca_file(self) -> str:
        """The driver reads a file."""
        name = hashlib.sha256(self._ca.encode()).hexdigest()[:16]
        file = Path(tempfile.gettempdir()) / f"database-ca-{name}-{os.getpid()}.pem"
        file.write_text(self._ca)
        return str(file)
