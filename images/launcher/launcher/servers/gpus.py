"""The pool of GPUs: each is one server's at a time.

A container holds the GPUs of its label for as long as it exists, in whichever state: Docker starts ended ones again
after a reboot. So Docker is asked which are free, and a launcher that is killed forgets nothing. Only of a container
that Docker made after the launcher had lost sight of it (a kill, a time-out) is it not known in time, and its GPU may
be given again. Nobody starts such a container: it is removed at the next start of that server, or by the sweep.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from ..docker.api import Docker
from ..document.policy import Choice
from ..labels import GPUS_LABEL, INSTANCE_LABEL, server_of
from ..names import Server
from ..refusal import Refusal
from ..settings import Settings
from ..turns import Shared

Held = tuple[str, Server]
"""A GPU, and whose it is."""


class Gpus:
    def __init__(self, docker: Docker, settings: Settings) -> None:
        self._docker = docker
        self._settings = settings
        self._lock = asyncio.Lock()
        self._giving: set[Held] = set()
        """Of containers that are being made, which Docker does not list yet."""
        self._read: Shared[set[Held]] = Shared()

    async def overview(self, pool: Sequence[str]) -> dict[str, Any]:
        """How many there are, how many are free, and who has the others."""
        held = [(id, server) for id, server in await self._held() if id in pool]
        servers = sorted({server for _, server in held}, key=str)
        return {
            "pool": len(pool),
            "free": len(pool) - len({id for id, _ in held}),
            "held": [
                {"person": one.person, "server": one.name, "gpus": sum(server == one for _, server in held)}
                for one in servers
            ],
        }

    @contextlib.asynccontextmanager
    async def given(self, server: Server, choice: Choice, pool: Sequence[str]) -> AsyncIterator[list[str]]:
        """Free ones, the first of the pool. They are kept from others until the container is made, which holds them."""
        if choice.entry.gpus == 0 and not choice.template.devices:
            yield []
            return
        async with self._lock:
            held = await self._held()
            ids = _fixed(server, choice, held) if choice.entry.gpus == 0 else _free(server, choice, pool, held)
            giving = {(id, server) for id in ids}
            self._giving |= giving
        try:
            yield ids
        finally:
            self._giving -= giving

    async def _held(self) -> set[Held]:
        # Before Docker is asked: a container that is made meanwhile may be missing in its answer.
        giving = set(self._giving)
        return giving | await self._read.get(self._look)

    async def _look(self) -> set[Held]:
        found = await self._docker.list(f"{INSTANCE_LABEL}={self._settings.instance}", GPUS_LABEL)
        return {(id, server_of(one["Labels"])) for one in found for id in one["Labels"][GPUS_LABEL].split(",")}


def _free(server: Server, choice: Choice, pool: Sequence[str], held: set[Held]) -> list[str]:
    taken = {id for id, _ in held}
    free = [id for id in pool if id not in taken]
    wanted = choice.entry.gpus
    if len(free) < wanted:
        who = f"the profile {choice.profile}" if choice.profile != "default" else f"the server of {server}"
        raise Refusal(
            423,
            f"all GPUs are taken: {len(free)} of {len(pool)} {'is' if len(free) == 1 else 'are'} free, and {who} "
            f"needs {wanted}",
        )
    return free[:wanted]


def _fixed(server: Server, choice: Choice, held: set[Held]) -> list[str]:
    """Those that are the person's own, for all their servers. Until lately they may have been somebody else's."""
    for id in choice.template.devices:
        others = [str(one) for owned, one in held if owned == id and one.person != server.person]
        if others:
            raise Refusal(423, f"GPU {id} of {server.person} is still in use by the server of {others[0]}")
    return choice.template.devices
