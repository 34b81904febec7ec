"""Small fakes of what a hub talks to: Docker behind its gate, the proxy, people's servers. They can fail on demand."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

ALLOWED = [
    r"GET /version",
    r"GET /containers/P-roster/json",
    r"GET /containers/P-u-[a-z0-9-]+/json",
    r"POST /containers/P-u-[a-z0-9-]+/(start|stop)",
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


class FakeDocker:
    """The Docker API as the gate lets it through. `trouble` makes every answer unclear."""

    def __init__(self) -> None:
        self.containers: dict[str, Container] = {}
        self.requests: list[str] = []
        self.trouble: str | None = None
        self.url = ""

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
        found = re.fullmatch(r"/containers/([^/]+)/(json|start|stop)", path)
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
                    },
                    "RestartCount": container.restarts,
                    "Config": {"Env": container.env, "Labels": container.labels},
                }
            )
        if container.refusal:
            return web.json_response({"message": container.refusal}, status=500)
        if found[2] == "start" and not container.running:
            container.restarts = container.restarts_after_start
        container.running = found[2] == "start" and container.starts
        return web.Response(status=204)

    def outside_the_list(self) -> list[str]:
        return [r for r in self.requests if not any(re.fullmatch(a, r) for a in ALLOWED)]


class FakeProxy:
    """The part of configurable-http-proxy's API that a hub uses."""

    def __init__(self) -> None:
        self.routes: dict[str, dict[str, Any]] = {}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/routes{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"] or "/"
        path = path.rstrip("/") or "/"
        if request.method == "GET":
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
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        self.knocks += 1
        prefix = f"JUPYTERHUB_USER={request.match_info['name']}"
        for name, container in self._docker.containers.items():
            if prefix in container.env and container.running:
                since = self._since.setdefault(name, asyncio.get_running_loop().time())
                if asyncio.get_running_loop().time() - since >= self.delay:
                    return web.json_response({"version": "2"}, headers={"X-JupyterHub-Version": "6.1.1"})
        return web.Response(status=503)
