"""The launcher's server on its socket."""

from __future__ import annotations

import asyncio
import logging
import os

from aiohttp import web

from . import names, paths
from .docker.api import Docker, DockerAway, DockerRefused, Missing
from .docker.once import Once
from .docker.swarm import Swarm
from .document.filling import UnknownPlaceholder
from .document.roster import Roster
from .names import Server
from .refusal import Refusal
from .servers.accounts import Accounts
from .servers.containers import Containers
from .servers.declared import Declared
from .servers.gpus import Gpus
from .servers.homes import Homes
from .servers.keeping import Keeping
from .servers.limits import Limits
from .servers.making import Making
from .servers.servers import Parts, Servers
from .servers.services import Services
from .servers.sweep import Sweep
from .settings import Settings
from .turns import Turns

log = logging.getLogger("launcher")


class Launcher:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._docker = docker = Docker(settings.docker)
        self._roster = Roster(docker, settings)
        once = Once(docker, settings.instance, settings.prefix)
        turns = self._turns = Turns()
        swarm = Swarm(docker, self._roster.registry_login)
        self._services = Services(swarm, settings) if settings.network else None
        self._keeping = Keeping(swarm, settings, self._roster) if settings.network else None
        place = self._services or Containers(docker, settings)
        homes = Homes(once)
        self._declared = Declared(self._services, self._roster, homes, turns) if self._services else None
        self._servers = Servers(
            Parts(
                place,
                settings,
                self._roster,
                Limits(),
                Gpus(docker, settings),
                turns,
                Making(docker, place, Accounts(once), homes),
            )
        )
        self._sweep = Sweep(docker, settings, turns)

    async def serve(self, until: asyncio.Event) -> None:
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=5)
        await runner.setup()
        # Nobody but root may connect, from the first moment on.
        before = os.umask(0o177)
        await web.UnixSite(runner, self._settings.socket).start()
        os.umask(before)
        beside = [asyncio.create_task(self._sweep.forever())]
        if self._keeping is not None:
            beside.append(asyncio.create_task(self._keeping.forever()))
        log.info("Ready on %s", self._settings.socket)
        try:
            await until.wait()
        finally:
            for task in beside:
                task.cancel()
            await runner.cleanup()
            await self._docker.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except Missing as missing:  # The hub asks for the state of servers that are not there.
            refusal = Refusal(404, str(missing))
        except Exception as error:
            refusal = _refusal(error)
            log.warning("Refused with %d: %s", refusal.status, refusal.message)
        return web.json_response({"message": refusal.message}, status=refusal.status)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.body_exists:
            raise Refusal(400, "a body is not allowed")
        if request.method == "GET" and request.raw_path == paths.HEALTH:
            return await self._health()
        if request.method == "GET" and request.raw_path == paths.GPUS:
            return web.json_response(await self._servers.gpus())
        if request.method == "GET" and request.raw_path == paths.SERVERS:
            return web.json_response(await self._servers.running())
        service = paths.parse_service(request.method, request.raw_path)
        if service is not None and self._services is not None and self._declared is not None:
            return await _of_service(self._services, self._declared, service)
        asked = paths.parse(request.method, request.raw_path)
        if asked is None:
            raise Refusal(400, "not a request of the launcher")
        return await self._of_server(asked)

    async def _of_server(self, asked: paths.Asked) -> web.StreamResponse:
        server = self._server(asked)
        if asked.action == "state":
            return web.json_response(await self._servers.state(server))
        if asked.profile is not None:
            return web.json_response(await self._servers.start(server, _key(asked.profile, asked.image), asked.ids))
        await (self._servers.stop(server) if asked.action == "stop" else self._servers.remove(server))
        return web.Response(status=204)

    def _server(self, asked: paths.Asked) -> Server:
        person = names.from_hex(asked.person)
        listed = self._roster.last.people if self._roster.last else {}
        # The program has checked the names of its list, perhaps with a newer Unicode.
        if person is None or not (person in listed or names.good(person)):
            raise Refusal(403, "this name cannot be a person's")
        if asked.server == paths.THE_ONE_THAT_EVERYBODY_HAS:
            return Server(person)
        name = names.from_hex(asked.server)
        if name is None or not names.good_server(name):
            raise Refusal(403, "this name cannot be a server's")
        return Server(person, name)

    async def _health(self) -> web.Response:
        await self._docker.ping()
        await self._roster.policy()
        return web.Response(text="ready\n")


async def _of_service(services: Services, declared: Declared, asked: paths.AskedService) -> web.Response:
    match asked.action:
        case "start":
            return web.json_response({"container": asked.name, "made": await declared.start(asked.name)})
        case "stop":
            await declared.stop(asked.name)
            return web.Response(status=204)
        case "log":
            return web.Response(body=await services.log(asked.name))
    return web.json_response(await services.inspect(asked.name))


def _key(profile: str, image: str | None) -> str:
    """Of somebody's menu."""
    if image is None:
        return profile
    key = names.from_hex(image)
    if key is None:
        raise Refusal(403, f"the profile {profile} has no such image")
    return f"{profile}~{key}"


def _refusal(error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case DockerRefused():
            return Refusal(409 if error.status == 409 else 502, f"Docker does not make the server: {error}")
        case DockerAway():
            return Refusal(503, f"Docker does not answer: {error}")
        case UnknownPlaceholder():
            log.error("A template cannot be filled: %s", error)
            return Refusal(502, "the template of the server cannot be filled: ask the administrator")
    log.error("A mistake of the launcher", exc_info=error)
    return Refusal(500, "a mistake of the launcher: the administrator finds it in its log")
