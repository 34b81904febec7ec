"""Small fakes of what a hub talks to: Docker behind its gate, the proxy, people's servers. They can fail on demand."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from declared.names import Server, slug

LOOKS = [
    r"GET /version",
    r"GET /containers/P-roster/json",
    r"GET /containers/P-u-[a-z0-9-]+/json",
    r"GET /containers/P-u-[a-z0-9-]+/logs",
]
SERVER = r"([0-9a-f]{2}){1,1020}/(-|([0-9a-f]{2}){1,30})"
ALLOWED = [*LOOKS, r"POST /containers/P-u-[a-z0-9-]+/(start|stop)"]
ALLOWED_WITH_LAUNCHER = [
    *LOOKS,
    r"GET /launcher/gpus",
    r"GET /launcher/servers",
    rf"GET /launcher/{SERVER}",
    rf"POST /launcher/{SERVER}/(stop|remove)",
    rf"POST /launcher/{SERVER}/start/[a-z0-9-]{{1,40}}(~([0-9a-f]{{2}}){{1,60}})?(/[1-9]\d{{0,9}}/[1-9]\d{{0,9}})?",
]


@dataclass
class Container:
    running: bool = False
    env: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    exit_code: int = 0
    restarting: bool = False
    restarts: int = 0
    """By Docker's restart policy; a start by hand begins at 0 again."""
    restarts_after_start: int = 0
    starts: bool = True
    """False: Docker accepts a start, but the container ends at once."""
    refusal: str | None = None
    oom_killed: bool = False
    finished: str = "0001-01-01T00:00:00Z"
    log: list[tuple[str, bytes]] = field(default_factory=list)
    """When, and what."""
    gpus: int = 0
    """Of a launcher's pool; held as long as the container is there."""


class FakeDocker:
    """The Docker API as the gate lets it through. `trouble` makes every answer unclear."""

    def __init__(self) -> None:
        self.containers: dict[str, Container] = {}
        self.requests: list[str] = []
        self.trouble: str | None = None
        self.launcher: FakeLauncher | None = None

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        path = re.sub(r"^/v1\.\d+", "", request.path)
        body = await request.read()
        query = f"?{request.query_string}" if request.query_string else ""
        self.requests.append(f"{request.method} {path}{query}{' BODY' if body else ''}")
        if self.trouble == "hang up":
            request.transport.close()
            return web.Response()
        if self.trouble:
            kind = "application/json" if "json" in self.trouble else "text/html"
            return web.Response(status=int(self.trouble.split()[0]), text='{"message":"trouble"}', content_type=kind)
        if path == "/version":
            return web.json_response({"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12"})
        if path.startswith("/launcher/") and self.launcher:
            return await self.launcher.answer(path)
        found = re.fullmatch(r"/containers/([^/]+)/(json|start|stop|logs)", path)
        container = self.containers.get(found[1]) if found else None
        if container is None:
            return web.json_response({"message": f"No such container: {path}"}, status=404)
        if found[2] == "json":
            return web.json_response(
                {
                    "Id": "ab" * 32,
                    "Name": "/" + found[1],
                    "State": {
                        "Running": container.running,
                        "Restarting": container.restarting,
                        "ExitCode": container.exit_code,
                        "OOMKilled": container.oom_killed,
                        "FinishedAt": container.finished,
                    },
                    "RestartCount": container.restarts,
                    "Config": {"Env": container.env, "Labels": container.labels},
                }
            )
        if found[2] == "logs":
            frames = [(f"{moment} ".encode() + text) for moment, text in container.log]
            body = b"".join(b"\x02\0\0\0" + len(frame).to_bytes(4, "big") + frame for frame in frames)
            return web.Response(body=body, content_type="application/vnd.docker.multiplexed-stream")
        if container.refusal:
            return web.json_response({"message": container.refusal}, status=500)
        if found[2] == "start" and not container.running:
            container.restarts = container.restarts_after_start
        container.running = found[2] == "start" and container.starts
        return web.Response(status=204)

    def outside_the_list(self) -> list[str]:
        allowed = ALLOWED_WITH_LAUNCHER if self.launcher else ALLOWED
        return [r for r in self.requests if not any(re.fullmatch(a, r) for a in allowed)]


class FakeLauncher:
    """Makes containers in the fake Docker, each with a token of its own, and removes them.

    `trouble` is an answer in place of its own: a status, and whether it is JSON. `next` is the container of the next
    start. Servers are named as people read them: `ada`, `ada/work`.
    """

    def __init__(self, docker: FakeDocker) -> None:
        self._docker = docker
        self.trouble: tuple[int, str] | None = None
        self.next: Container | None = None
        self.ids: dict[str, tuple[str, ...]] = {}
        self.tokens: dict[str, list[str]] = {}
        """By server, all that there ever were."""
        self.profiles: dict[str, list[str]] = {}
        """By server, what it was started with: as the label has it."""
        self.pool = 0
        self.needs: dict[str, int] = {}
        """GPUs by profile."""
        self.after_start: Callable[[], Awaitable[None]] | None = None
        """Awaited between a start and its answer."""
        self._servers: dict[str, Server] = {}
        """By container."""

    def container(self, server: str) -> Container | None:
        return self._docker.containers.get(f"P-u-{slug(server)}")

    @property
    def held(self) -> dict[str, int]:
        there = {key: self._docker.containers.get(key) for key in self._servers}
        return {str(self._servers[key]): one.gpus for key, one in there.items() if one is not None and one.gpus}

    async def answer(self, path: str) -> web.Response:
        if self.trouble:
            status, kind = self.trouble
            if kind == "json":
                return web.json_response({"message": "trouble"}, status=status)
            return web.Response(status=status, text="<html>trouble</html>", content_type="text/html")
        if path == "/launcher/gpus":
            held = [{"person": s.person, "server": s.name, "gpus": n} for s, n in self._held()]
            return web.json_response({"pool": self.pool, "free": self._free(), "held": held})
        if path == "/launcher/servers":
            there = [(self._servers[key], self._docker.containers.get(key)) for key in self._servers]
            running = [server for server, one in there if one is not None and one.running]
            return web.json_response({"servers": [{"person": s.person, "server": s.name} for s in running]})
        _, _, person, name, *act = path.split("/")
        server = Server(bytes.fromhex(person).decode(), "" if name == "-" else bytes.fromhex(name).decode())
        key = f"P-u-{slug(str(server))}"
        self._servers[key] = server
        there = self._docker.containers.get(key)
        if act[:1] == ["start"]:
            return await self._start(key, act[1], tuple(act[2:]))
        if there is None:
            return web.json_response({"message": f"no such container: {key}"}, status=404)
        if not act:
            return web.json_response({"container": key, "running": there.running, "exitCode": there.exit_code})
        del self._docker.containers[key]
        return web.Response(status=204)

    async def _start(self, key: str, profile: str, ids: tuple[str, ...]) -> web.Response:
        there = self._docker.containers.get(key)
        made = there is None or not there.running
        if made:
            self._docker.containers.pop(key, None)
            needed = self.needs.get(profile.partition("~")[0], 0)
            if needed > self._free():
                said = f"all GPUs are taken: {self._free()} of {self.pool} is free, and the profile needs {needed}"
                return web.json_response({"message": said}, status=423)
            self._make(key, profile, ids, needed)
        if self.after_start is not None:
            await self.after_start()
        return web.json_response({"container": key, "made": made})

    def _make(self, key: str, profile: str, ids: tuple[str, ...], gpus: int) -> None:
        server = self._servers[key]
        container, self.next = self.next or Container(), None
        token = secrets.token_hex(24)
        slug_, _, image = profile.partition("~")
        label = f"{slug_}~{bytes.fromhex(image).decode()}" if image else slug_
        self.tokens.setdefault(str(server), []).append(token)
        self.profiles.setdefault(str(server), []).append(label)
        self.ids[str(server)] = ids
        container.env = [
            f"JUPYTERHUB_USER={server.person}",
            f"JUPYTERHUB_SERVER_NAME={server.name}",
            f"JUPYTERHUB_API_TOKEN={token}",
        ]
        container.labels = {"jupyterhub.profile": label}
        container.gpus = gpus
        container.running = container.starts
        self._docker.containers[key] = container

    def _held(self) -> list[tuple[Server, int]]:
        return [(Server.read(server), number) for server, number in self.held.items()]

    def _free(self) -> int:
        return self.pool - sum(self.held.values())


class FakeProxy:
    """The part of configurable-http-proxy's API that a hub uses."""

    def __init__(self) -> None:
        self.routes: dict[str, dict[str, Any]] = {}
        self.looks = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/routes{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"] or "/"
        path = path.rstrip("/") or "/"
        if request.method == "GET":
            self.looks += 1
            return web.json_response(self.routes)
        if request.method == "POST":
            data = json.loads(await request.text())
            target = data.pop("target")
            self.routes[path] = {"target": target, "data": data, **data}
            return web.Response(status=201)
        self.routes.pop(path, None)
        return web.Response(status=204)


class FakeServers:
    """All single-user servers on one address. Each answers while its container runs."""

    def __init__(self, docker: FakeDocker) -> None:
        self._docker = docker
        self.delay = 0.0
        self.knocks = 0
        self._since: dict[str, float] = {}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/user/{name}/api", self._answer)
        app.router.add_get("/user/{name}/{server}/api", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        self.knocks += 1
        wanted = request.match_info["name"], request.match_info.get("server", "")
        for name, container in self._docker.containers.items():
            if (_env(container, "USER"), _env(container, "SERVER_NAME")) == wanted and container.running:
                since = self._since.setdefault(name, asyncio.get_running_loop().time())
                if asyncio.get_running_loop().time() - since >= self.delay:
                    return web.json_response({"version": "2"}, headers={"X-JupyterHub-Version": "6.1.1"})
        return web.Response(status=503)


def _env(container: Container, key: str) -> str:
    lines = [line.partition("=")[2] for line in container.env if line.startswith(f"JUPYTERHUB_{key}=")]
    return lines[0] if lines else ""
