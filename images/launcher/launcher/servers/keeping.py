"""Keeps the guard on each node of the Swarm: a service that is made, and changed where its definition has changed."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import json
import logging
from typing import Any

from ..docker.api import DockerAway, DockerRefused, Missing
from ..docker.swarm import Swarm
from ..document.filling import fill
from ..document.roster import Roster
from ..labels import DEFINITION_LABEL, INSTANCE_LABEL
from ..refusal import Refusal
from ..settings import Settings

log = logging.getLogger("launcher")

EVERY = 15.0


class Keeping:
    def __init__(self, swarm: Swarm, settings: Settings, roster: Roster) -> None:
        self._swarm = swarm
        self._settings = settings
        self._roster = roster
        self._turn = asyncio.Lock()

    async def forever(self) -> None:
        while True:
            try:
                await self.once()
            except (DockerAway, DockerRefused, Refusal, KeyError) as error:
                log.warning("The guard of the nodes could not be looked after: %s", str(error)[:200])
            await asyncio.sleep(EVERY)

    async def once(self) -> None:
        async with self._turn:
            await self._once()

    async def _once(self) -> None:
        policy = await self._roster.policy()
        if policy.guard is None:
            raise Refusal(502, "the file has no guard")
        spec = fill(policy.guard, await self._facts())
        whole = json.dumps(spec, sort_keys=True)
        if policy.registry is not None:
            # With the old password a new node could not pull it.
            whole += policy.registry.fingerprint
        definition = hashlib.sha256(whole.encode()).hexdigest()[:16]
        spec["Labels"] = {**spec["Labels"], DEFINITION_LABEL: definition}
        name = f"{self._settings.prefix}-guard"
        try:
            found = await self._swarm.service(name)
        except Missing:
            await self._swarm.create(name, spec)
            log.info("Made the guard of the nodes")
            return
        labels = found["Spec"].get("Labels") or {}
        if labels.get(INSTANCE_LABEL) != self._settings.instance:
            raise Refusal(409, f"another service has the name {name}: the administrator must remove it")
        if labels.get(DEFINITION_LABEL) != definition:
            await self._swarm.update(found, spec)
            log.info("Changed the guard of the nodes")

    async def _facts(self) -> dict[str, str]:
        nodes = {_address(one) for one in await self._swarm.nodes()} - {""}
        return {
            "network": await self._swarm.network(self._settings.network),
            "nodes": ",".join(sorted(nodes)),
            "port": str(await self._swarm.data_port()),
        }


def _address(node: dict[str, Any]) -> str:
    """Empty where there is none, or only IPv6. Of a single manager Docker may say 0.0.0.0."""
    try:
        address = ipaddress.ip_address(str((node.get("Status") or {}).get("Addr")))
    except ValueError:
        return ""
    return "" if address.version != 4 or address.is_unspecified else str(address)
