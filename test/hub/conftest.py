from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import random
import re
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import quicker  # noqa: F401 - before jupyterhub
from aiohttp import web
from browser import Browser
from declared import context, settings
from declared.app import DeclaredHub
from declared.people.roster import LABEL
from declared.servers.spawner import AdoptingSpawner
from fakes import Container, FakeDocker, FakeLauncher, FakeProxy, FakeServers
from postgresql import server, there, url  # noqa: F401 - fixtures

HUB = Path(__file__).resolve().parents[2] / "images/hub"
CONFIG = HUB / "jupyterhub_config.py"
ADMIN_TOKEN = "admin-" + "5" * 40
PASSWORD = "correct horse"


def password_hash(password: str) -> str:
    salt = bytes(range(16))
    return f"sha256${salt.hex()}${hmac.new(salt, password.encode(), hashlib.sha256).hexdigest()}"


_workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_range = range(10_000 + _worker, 32_000, _workers)
_ports = iter(random.sample(_range, len(_range)))


def free_port() -> int:
    """A free port that no other test gets, and no other worker of pytest.

    Below the ports of outgoing connections: one of those could take it before the test listens on it.
    """
    for port in _ports:
        with socket.socket() as s:
            # The same test as the hub's own bind: a closed port may be used again, another program's may not.
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("0.0.0.0", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port between 10000 and 32000")


def hub_section(**changed: Any) -> dict[str, Any]:
    """The section `hub` as the Pulumi program passes it."""
    return {
        "extraConfig": "",
        "services": [],
        "roles": [],
        "concurrentSpawns": 0,
        "activeServers": 0,
        "adminAccess": False,
        **changed,
    }


def look(**changed: Any) -> dict[str, Any]:
    """The section `look`, likewise."""
    return {
        "name": "JupyterHub",
        "logo": "",
        "accent": "#b34700",
        "accentText": "#ffffff",
        "announcement": None,
        "help": None,
        "language": "auto",
        **changed,
    }


def person(name: str, /, **fields: Any) -> dict[str, Any]:
    return {
        "container": f"P-u-{name}",
        "admin": False,
        "groups": [],
        "login": name,
        "password": password_hash(PASSWORD),
        "lifecycle": "on-demand",
        "incarnation": "a1",
        **fields,
    }


class World:
    """A hub with fakes of all that it talks to. Tests declare people, and start, stop and restart the hub."""

    def __init__(self, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data_dir = data_dir
        self.monkeypatch = monkeypatch
        self.docker = FakeDocker()
        self.proxy = FakeProxy()
        self.servers = FakeServers(self.docker)
        self.people: dict[str, dict[str, Any]] = {}
        self.hub: DeclaredHub | None = None
        self.log_level = "WARN"
        self._runners: dict[str, web.AppRunner] = {}
        self._ports = {what: free_port() for what in ("docker", "proxy", "servers", "hub")}
        self._sessions: list[aiohttp.ClientSession] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._ports['hub']}"

    async def serve(self, what: str) -> None:
        runner = web.AppRunner(getattr(self, what).app(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self._ports[what], reuse_address=True).start()
        self._runners[what] = runner

    async def take_away(self, what: str) -> None:
        await self._runners.pop(what).cleanup()

    def declare(self, **people: dict[str, Any]) -> None:
        """Sets the list of people. Those without a container get one."""
        self.people = {fields.pop("name", key): fields for key, fields in people.items()}
        for name, fields in self.people.items():
            if fields["container"] not in self.docker.containers:
                self.docker.containers[fields["container"]] = self.container(name)
        self.publish(json.dumps({"people": self.people}))

    def container(self, name: str, token: str | None = None) -> Container:
        return Container(env=[f"JUPYTERHUB_USER={name}", f"JUPYTERHUB_API_TOKEN={token or self.token(name)}"])

    def token(self, name: str) -> str:
        return hashlib.sha256(name.encode()).hexdigest()[:48]

    def make_dynamic(self, **changed: Any) -> dict[str, Any]:
        """From now on a launcher makes the servers. @returns the hub's settings for it"""
        self.docker.launcher = self.launcher = FakeLauncher(self.docker)
        return {"dynamic": {"allow": "all", "ids": None, "groups": False, **changed}}

    def list_people(self, **people: dict[str, Any]) -> None:
        """Sets the list of people, who have no containers before a launcher makes them."""
        more = people.pop("ROSTER", {})
        blocked = people.pop("BLOCKED", None)
        self.people = {fields.pop("name", key): fields for key, fields in people.items()}
        self.publish(json.dumps({"people": self.people, **more, **({} if blocked is None else {"blocked": blocked})}))

    def publish(self, text: str | None) -> None:
        if text is None:
            self.docker.containers.pop("P-roster", None)
        else:
            self.docker.containers["P-roster"] = Container(labels={LABEL: text})

    async def start_hub(self, **changed: Any) -> DeclaredHub:
        given = {
            "instance": "kq3v7x2m",
            "roster": "P-roster",
            "gate": f"tcp://127.0.0.1:{self._ports['docker']}",
            "personPrefix": "P-u-",
            "hubHost": "127.0.0.1",
            "hubPort": self._ports["hub"],
            "proxyApi": f"http://127.0.0.1:{self._ports['proxy']}",
            "publicUrl": "http://127.0.0.1:8000/",
            "baseUrl": "/",
            "serverPort": self._ports["servers"],
            "authentication": {"type": "password"},
            "idle": {"cullAfter": 0, "maxAge": 0, "lookEvery": 0},
            "forwarding": {"hops": 0, "trusted": []},
            "rosterInterval": 0.1,
            "hub": hub_section(),
            "look": look(),
            "revoke": "soft",
            "dynamic": None,
            "database": {"kind": "sqlite", "ca": ""},
            **changed,
        }
        env = {
            settings.VARIABLE: json.dumps(given),
            settings.DATA_DIR_VARIABLE: str(self.data_dir),
            "CONFIGPROXY_AUTH_TOKEN": "proxy-token",
            "JUPYTERHUB_COOKIE_SECRET": "ab" * 32,
            "JUPYTERHUB_CRYPT_KEY": "cd" * 32,
            "JUPYTERHUB_ADMIN_TOKEN": ADMIN_TOKEN,
            "PYTHONPATH": str(CONFIG.parent),
        }
        for key, value in env.items():
            self.monkeypatch.setenv(key, value)
        context.current.cache_clear()
        DeclaredHub.clear_instance()
        self.hub = DeclaredHub.instance()
        await self.hub.launch_instance_async(["-f", str(CONFIG), f"--log-level={self.log_level}"])
        return self.hub

    async def refuse_hub(self, complaint: str, **changed: Any) -> None:
        """Checks that the hub does not start with these settings."""
        with pytest.raises(SystemExit, match=re.escape(complaint)):
            await self.start_hub(**changed)
        self.hub = None
        DeclaredHub.clear_instance()
        context.current.cache_clear()

    async def stop_hub(self) -> None:
        """Stops it as SIGTERM does, but keeps the event loop."""
        hub, self.hub = self.hub, None
        if hub is None:
            return
        hub.http_server.stop()
        await hub.http_server.close_all_connections()
        for callback in hub._periodic_callbacks.values():
            callback.stop()
        if hub.metrics_collector:
            hub.metrics_collector.stop()
        for user in hub.users.values():
            for spawner in user.spawners.values():
                spawner.stop_polling()
        await hub.cleanup()
        hub.db.close()
        DeclaredHub.clear_instance()
        context.current.cache_clear()

    def answer_at_once(self) -> None:
        """Requests for a start are answered while it runs. JupyterHub's own answer waits ten seconds for its end."""
        self.hub.tornado_application.settings["slow_spawn_timeout"] = 0.1

    async def restart_hub(self, **changed: Any) -> DeclaredHub:
        await self.stop_hub()
        return await self.start_hub(**changed)

    def browser(self) -> Browser:
        browser = Browser(self.url)
        self._sessions.append(browser.session)
        return browser

    async def log_in(self, name: str, password: str = PASSWORD) -> Browser:
        browser = self.browser()
        status, text = await browser.log_in(name, password)
        assert status == 302, text
        return browser

    async def api(self, method: str, path: str, token: str = ADMIN_TOKEN, **kwargs: Any) -> tuple[int, Any]:
        async with aiohttp.ClientSession() as session:
            headers = {"Authorization": f"token {token}"}
            async with session.request(method, f"{self.url}/hub/api{path}", headers=headers, **kwargs) as response:
                text = await response.text()
                return response.status, json.loads(text) if text.startswith(("{", "[")) else text

    async def start_server(self, name: str, server: str = "", **kwargs: Any) -> None:
        which = f"servers/{server}" if server else "server"
        # The first pass over the roster makes the rows of people who have not logged in.
        await self.until(lambda: self.hub.users.get(name) is not None)
        status, text = await self.api("POST", f"/users/{name}/{which}", **kwargs)
        assert status in (201, 202), text
        await self.until(lambda: self.spawner(name, server).ready)

    def spawner(self, name: str, server: str = "") -> Any:
        return self.hub.users[name].spawners[server]

    async def until(self, true: Any) -> None:
        """Waits. The limit is long, because a busy machine is slow; it only ends what would never come true."""
        loop = asyncio.get_running_loop()
        end = loop.time() + 300
        while True:
            good = true()
            if asyncio.iscoroutine(good):
                good = await good
            if good:
                return
            assert loop.time() < end, "did not come true"
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        await self.stop_hub()
        for session in self._sessions:
            await session.close()
        for runner in self._runners.values():
            await runner.cleanup()


@pytest.fixture(scope="module")
def port_of_server() -> int:
    return free_port()


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(AdoptingSpawner, "internal_hostname", "127.0.0.1")
    world = World(tmp_path, monkeypatch)
    for what in ("docker", "proxy", "servers"):
        await world.serve(what)
    yield world
    await world.close()
    assert world.docker.outside_the_list() == []
