"""Removes what a killed launcher left half-made, and servers that ended by themselves."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from ..docker.api import Docker, DockerAway, DockerRefused
from ..labels import HOMES_LABEL, INSTANCE_LABEL, LAUNCHED_LABEL
from ..settings import Settings
from ..turns import Turns

log = logging.getLogger("launcher")

EVERY = 60.0
OLD = 120.0
ENDED = ("created", "exited", "dead")


class Sweep:
    def __init__(
        self, docker: Docker, settings: Settings, turns: Turns, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._docker = docker
        self._settings = settings
        self._turns = turns
        self._now = now
        self._seen: dict[tuple[str, str], float] = {}
        """Id and state of what does not run, and since when it has been known here."""

    async def forever(self) -> None:
        while True:
            try:
                await self.once()
            except (DockerAway, DockerRefused, KeyError) as error:
                log.warning("Could not look for what is left over: %s", str(error)[:200])
            await asyncio.sleep(EVERY)

    async def once(self) -> None:
        instance = self._settings.instance
        found = await self._docker.list(f"{INSTANCE_LABEL}={instance}", f"{LAUNCHED_LABEL}=true")
        found += await self._docker.list(f"{HOMES_LABEL}={instance}")
        ended = {(one["Id"], one["State"]): one for one in found if one["State"] in ENDED}
        now = self._now()
        self._seen = {key: self._seen.get(key, now) for key in ended}
        for key, one in ended.items():
            if self._old(one, now - self._seen[key]):
                await self._remove(one)

    def _old(self, one: dict[str, Any], known_for: float) -> bool:
        """Docker itself starts ended servers after a reboot, and may be about to do so; created ones it never does."""
        return known_for >= OLD or (one["State"] == "created" and time.time() - one["Created"] >= OLD)

    async def _remove(self, one: dict[str, Any]) -> None:
        name = (one["Names"] or [one["Id"]])[0].removeprefix("/")
        if self._turns.taken(name):
            return
        async with self._turns.turn(name):
            await self._docker.remove(one["Id"])
        log.info("Removed what was left of %s", name)
