"""Starts and stops servers that the Pulumi program has declared: services of a Swarm, scaled to one replica or none.

Docker's own call for it carries the whole definition, so the hub cannot be let near it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from ..docker.api import DockerRefused, Missing
from ..document.roster import Roster
from ..labels import ADDS_LABEL, PERSON_LABEL
from ..refusal import Refusal
from ..turns import Turns
from .homes import Homes, Wanted
from .services import Services
from .started import adds_of, is_to_run, started, stopped

log = logging.getLogger("launcher")

TRIES = 5
"""Docker refuses a change of a service that somebody else has changed meanwhile, as an update does."""


class Declared:
    def __init__(self, services: Services, roster: Roster, homes: Homes, turns: Turns) -> None:
        self._services = services
        self._roster = roster
        self._homes = homes
        self._turns = turns

    async def start(self, name: str) -> bool:
        """@returns False where it was to run already @raises Missing, Refusal"""
        async with self._turns.turn(name):
            spec = (await self._own(name))["Spec"]
            if is_to_run(spec):
                return False
            # Also for how nodes log in at the registry: as the program says now, whenever the service was made.
            policy = await self._roster.policy()
            home = _home(spec)
            if home is not None:
                await self._homes.make(policy, home)
            await self._change(name, lambda spec: started(spec, int(time.time())))
        log.info("Started %s", name)
        return True

    async def stop(self, name: str) -> None:
        """@raises Missing"""
        async with self._turns.turn(name):
            found = await self._own(name)
            if is_to_run(found["Spec"]):
                async with self._services.ending(found["ID"]):
                    await self._change(name, stopped)
        log.info("Stopped %s", name)

    async def _own(self, name: str) -> dict[str, Any]:
        found = await self._services.own(name)
        if ADDS_LABEL not in (found["Spec"].get("Labels") or {}):
            raise Missing(f"no such container: {name}")
        return found

    async def _change(self, name: str, how: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        for tried in range(TRIES):
            found = await self._own(name)
            try:
                await self._services.update(found, how(found["Spec"]))
                return
            except DockerRefused as refused:
                if "out of sequence" not in str(refused) or tried == TRIES - 1:
                    raise


def _home(spec: dict[str, Any]) -> Wanted | None:
    """Where it is made if it is missing."""
    given = adds_of(spec).get("home")
    if given is None:
        return None
    try:
        owner = int(given["owner"]["uid"]), int(given["owner"]["gid"])
        home = Wanted(spec["Labels"][PERSON_LABEL], str(given["base"]), [str(part) for part in given["parts"]], owner)
    except (KeyError, TypeError, ValueError):
        raise Refusal(502, "the server's service is not as it was made: ask the administrator") from None
    if min(owner) < 1:
        raise Refusal(502, "a home is never root's: ask the administrator")
    return home
