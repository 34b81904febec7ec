"""People's servers: looks at them, makes and starts them, stops and removes them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from ..docker.api import Missing
from ..document.choices import choose
from ..document.filling import Given, container, fill, values
from ..document.policy import Choice
from ..document.roster import Roster
from ..labels import INCARNATION_LABEL, INSTANCE_LABEL, LAUNCHED_LABEL, server_of
from ..names import Server
from ..refusal import Refusal
from ..settings import Settings
from ..turns import Turns
from .gpus import Gpus
from .limits import Limits
from .making import Making
from .places import Found, Place

log = logging.getLogger("launcher")

RUNNING = frozenset(["running", "restarting", "paused"])
RUNNING_OR_TO_RUN = RUNNING | {"created"}


@dataclass(frozen=True)
class Parts:
    place: Place
    settings: Settings
    roster: Roster
    limits: Limits
    gpus: Gpus
    turns: Turns
    making: Making


class Servers:
    def __init__(self, parts: Parts) -> None:
        self._place = parts.place
        self._settings = parts.settings
        self._roster = parts.roster
        self._limits = parts.limits
        self._gpus = parts.gpus
        self._turns = parts.turns
        self._making = parts.making

    def _container(self, server: Server) -> str:
        return container(self._settings.prefix, server)

    async def state(self, server: Server) -> dict[str, Any]:
        found = await self._own(server)
        return {
            "container": self._container(server),
            "running": found.running,
            "exitCode": found.exit_code,
        }

    async def start(self, server: Server, key: str, ids: tuple[int, int] | None) -> dict[str, Any]:
        """@param key of the person's menu @param ids of the log-in"""
        container = self._container(server)
        async with self._turns.turn(container):
            policy = await self._roster.policy()
            choice = choose(policy, server, key, ids)
            made = not await self._runs_already(server, choice)
            if made:
                async with (
                    self._gpus.given(server, choice, policy.gpus) as gpus,
                    self._limits.place(server, policy, self._there),
                ):
                    await self._making.make(server, policy, choice, Given(ids, gpus))
                log.info("Started %s", container)
        return {"container": container, "made": made}

    async def stop(self, server: Server) -> None:
        async with self._turns.turn(self._container(server)):
            await self._place.stop(await self._own(server))
        log.info("Stopped %s", self._container(server))

    async def remove(self, server: Server) -> None:
        async with self._turns.turn(self._container(server)):
            await self._place.remove(await self._own(server))
        log.info("Removed %s", self._container(server))

    async def gpus(self) -> dict[str, Any]:
        return await self._gpus.overview((await self._roster.policy()).gpus)

    async def running(self) -> dict[str, Any]:
        """All of them, for a hub that has lost its list."""
        servers = sorted(await self._place.servers(RUNNING), key=str)
        return {"servers": [{"person": one.person, "server": one.name} for one in servers]}

    async def _own(self, server: Server) -> Found:
        """@raises Missing, Refusal if something else has the name"""
        try:
            found = await self._place.find(self._container(server))
        except Missing:
            raise Missing(f"no such container: {self._container(server)}") from None
        expected = {INSTANCE_LABEL: self._settings.instance, LAUNCHED_LABEL: "true"}
        if server_of(found.labels) != server or any(found.labels.get(key) != value for key, value in expected.items()):
            raise Refusal(
                409,
                f"another container has the name {self._container(server)}: the administrator must remove it",
            )
        return found

    async def _runs_already(self, server: Server, choice: Choice) -> bool:
        """Removes what is there and does not run, or is of an earlier person of that name."""
        try:
            found = await self._own(server)
        except Missing:
            return False
        having = values(server, choice, self._settings.prefix, Given())
        incarnation = fill(choice.template.create["Labels"].get(INCARNATION_LABEL), having)
        if found.running and found.labels.get(INCARNATION_LABEL) == incarnation:
            return True
        await self._place.remove(found)
        return False

    async def _there(self) -> set[Server]:
        return await self._place.servers(RUNNING_OR_TO_RUN)
