"""A launcher before a fake Docker, and the templates that it finds there."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from fake_engine import INSTANCE, PREFIX, ROSTER, Engine
from launcher.app import Launcher
from launcher.names import Server
from launcher.settings import Settings

D = "0123456789abcdef"
"""A definition."""


def labels(name: str | None = None, server: str = "", **more: str) -> dict[str, str]:
    """Of a template; or of one of somebody's servers."""
    return {
        "jupyterhub.instance": INSTANCE,
        "jupyterhub.person": "\0name\0" if name is None else name,
        "jupyterhub.server": "\0server\0" if name is None else server,
        "jupyterhub.profile": "\0profile\0" if name is None else "default",
        "jupyterhub.incarnation": "\0incarnation\0",
        "jupyterhub.launched": "true",
        **more,
    }


def template(**changed: Any) -> dict[str, Any]:
    return {
        "create": {
            "Image": "server:1",
            "Hostname": "\0slug\0",
            "Env": ["JUPYTERHUB_API_TOKEN=\0token\0", "JUPYTERHUB_USER=\0name\0"],
            "Labels": labels(),
            "HostConfig": {"Binds": [f"{PREFIX}-home-\0home_slug\0\0fresh\0:/home/jovyan"], "Memory": 1 << 30},
        },
        "files": [],
        "volumes": [f"{PREFIX}-home-\0home_slug\0\0fresh\0"],
        "home": None,
        "ids": None,
        "taken": ["root"],
        "known": [0, 100],
        **changed,
    }


def system_template(ids: dict[str, Any] | None) -> dict[str, Any]:
    return template(
        create={
            "Image": "system:1",
            "User": "\0uid\0:\0gid\0",
            "Labels": labels(),
            "HostConfig": {"Mounts": [{"Type": "bind", "Source": "/srv/homes/\0home_name\0", "Target": "/home"}]},
        },
        files=[
            {"path": "/etc/passwd", "mode": 0o644, "content": "\0name\0:x:\0uid\0:\0gid\0::/home:/bin/sh\n"},
            {"path": "/etc/group", "mode": 0o644, "content": "root:x:0:\n\0primary_group\0"},
        ],
        volumes=[],
        home={"base": "/srv/homes", "parts": ["\0home_name\0"]},
        ids=ids,
    )


def gpu_template(number: int) -> dict[str, Any]:
    places = [f"\0gpu{index}\0" for index in range(1, number + 1)]
    request = {"Driver": "nvidia", "Count": 0, "DeviceIDs": places, "Capabilities": [["gpu"]]}
    return template(
        create={
            "Image": "gpu:1",
            "Env": ["JUPYTERHUB_API_TOKEN=\0token\0"],
            "Labels": labels(**{"jupyterhub.gpus": ",".join(places)}),
            "HostConfig": {"DeviceRequests": [request]},
        },
        volumes=[],
    )


def entry(template: int, gpus: int = 0, definition: str = D) -> dict[str, Any]:
    return {"template": template, "definition": definition, "gpus": gpus}


def use(menu: int, incarnation: str = "i", **more: str) -> dict[str, Any]:
    return {"menu": menu, "vars": {"incarnation": incarnation, **more}}


def document(**changed: Any) -> dict[str, Any]:
    return {
        "version": 2,
        "instance": INSTANCE,
        "prefix": PREFIX,
        "limits": {"servers": 500, "startsPerMinute": 1000},
        "blocked": ["eve"],
        "namedServers": 2,
        "gpus": [],
        "templates": [
            template(),
            system_template(None),
            system_template({"from": "host", "range": [2000, 2999]}),
            system_template({"from": "claims", "range": [2000, 2999]}),
        ],
        "menus": [{"default": entry(index)} for index in range(4)],
        "people": {
            "ada": use(0, "i-ada", fresh="-2"),
            "alan": use(1, "i-alan", uid="2001", gid="2001"),
            "grace": use(2, "i-grace"),
            "joan": use(3, "i-joan"),
        },
        "others": use(0),
        "homes": {
            "create": {"Image": "hub:1", "Cmd": ["homes"], "HostConfig": {"Binds": ["\0base\0:/bases/0"]}},
            "request": {"groups": [100], "mode": "0700", "skeleton": []},
        },
        "accounts": {"create": {"Image": "hub:1", "Cmd": ["accounts"]}},
        **changed,
    }


def only(made: dict[str, Any]) -> dict[str, Any]:
    """For everybody."""
    return document(templates=[made], menus=[{"default": entry(0)}], people={}, homes=None, accounts=None)


def profiles(**changed: Any) -> dict[str, Any]:
    """With a menu for those who are listed, a shorter one for all others, and a pool of two GPUs."""
    data = template(create={**template()["create"], "Image": "r:1"})
    templates = [template(), gpu_template(1), gpu_template(2), data]
    small = {"small": entry(0), "small~base": entry(0), "small~data science": entry(3)}
    return document(
        templates=templates,
        gpus=["0", "1"],
        menus=[{**small, "gpu": entry(1, 1), "two-gpus": entry(2, 2)}, small],
        people={"ada": use(0, "i-ada"), "grace": use(0, "i-grace")},
        others=use(1),
        homes=None,
        accounts=None,
        **changed,
    )


class World:
    """A launcher on its socket, and the Docker behind it."""

    def __init__(self, folder: Path) -> None:
        self.engine = Engine()
        self.socket = folder / "launcher.sock"
        self.settings = Settings(ROSTER, INSTANCE, PREFIX, str(folder / "docker.sock"), str(self.socket))
        self.docker: asyncio.Server | None = None
        self.launcher: Launcher
        self._until = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        self.docker = await self.engine.listen(Path(self.settings.docker))
        self.launcher = Launcher(self.settings)
        self._serving = asyncio.create_task(self.launcher.serve(self._until))
        while not self.socket.exists():
            await asyncio.sleep(0.001)

    async def kill(self, docker_goes_on: bool = False) -> None:
        """As SIGKILL does: nothing is cleared up. `docker_goes_on`: with the requests that it has got."""
        assert self._serving is not None
        await self.launcher._docker.close()
        if not docker_goes_on:
            self.engine.drop()
        self._serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._serving
        self.socket.unlink(missing_ok=True)

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        async with (
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(self.socket))) as session,
            session.request(method, f"http://launcher{path}", **more) as response,
        ):
            content = await response.read()
            return response.status, json.loads(content) if content.startswith(b"{") else content.decode()

    async def person(self, name: str, action: str = "", method: str = "POST") -> tuple[int, Any]:
        """`name`: of a person, or of a person and a further server with a slash between them."""
        person, _, server = name.partition("/")
        return await self.ask(method, f"/launcher/{person.encode().hex()}/{server.encode().hex() or '-'}{action}")

    async def start(self, name: str, ids: str = "", profile: str = "default") -> tuple[int, Any]:
        """`profile`: alone, or with an image and a tilde between them."""
        slug, tilde, image = profile.partition("~")
        return await self.person(name, f"/start/{slug}{tilde}{image.encode().hex()}{ids}")

    async def state(self, name: str) -> tuple[int, Any]:
        return await self.person(name, method="GET")

    async def servers(self) -> list[str]:
        """Names of those that run."""
        listed = (await self.ask("GET", "/launcher/servers"))[1]["servers"]
        return [str(Server(one["person"], one["server"])) for one in listed]

    async def gpus(self) -> Any:
        return (await self.ask("GET", "/launcher/gpus"))[1]

    async def end(self) -> None:
        for event in self.engine.held.values():
            event.set()
        self._until.set()
        if self._serving is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving
        self.engine.drop()
        if self.docker is not None:
            self.docker.close()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    made.engine.roster(document())
    await made.begin()
    yield made
    await made.end()
