"""Servers that are services of a Swarm, of one replica: the Swarm finds the node, and another when that is lost."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

from ..docker.api import DockerAway, Missing
from ..docker.swarm import Swarm
from ..document.templates import File
from ..labels import ADDS_LABEL, INSTANCE_LABEL, LAUNCHED_LABEL, server_of
from ..names import Server
from ..refusal import Refusal, one_line
from ..settings import Settings
from .places import Found
from .started import began, is_to_run

log = logging.getLogger("launcher")

ENDING = 20.0
"""Seconds that a stop waits for the end. A lost node never says that a server has ended."""
LOOK_EVERY = 0.2
OVER = frozenset(["complete", "shutdown", "failed", "rejected", "remove", "orphaned"])
"""States of tasks that run no more."""


class Services:
    def __init__(self, swarm: Swarm, settings: Settings) -> None:
        self._swarm = swarm
        self._settings = settings

    async def find(self, name: str) -> Found:
        found = await self._swarm.service(name)
        # It is to run for as long as it is there, wherever.
        return Found(id=found["ID"], labels=found["Spec"].get("Labels") or {}, running=True)

    async def make(self, name: str, body: Mapping[str, Any], files: Sequence[File]) -> None:
        if files:
            raise Refusal(502, "files cannot be brought to a node: ask the administrator")
        await self._swarm.create(name, body)

    async def stop(self, found: Found) -> None:
        async with self.ending(found.id):
            await self._swarm.remove(found.id)

    @contextlib.asynccontextmanager
    async def ending(self, id: str) -> AsyncIterator[None]:
        """Around what ends a service's tasks: goes on when they have ended."""
        # Noted before: Docker tells nothing of the tasks of a service that is gone.
        running = [task["ID"] for task in await self._swarm.tasks(service=[id]) if _is_to_run(task)]
        yield
        try:
            async with asyncio.timeout(ENDING):
                while await self._run(running):  # noqa: ASYNC110 - nobody but Docker knows.
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            log.warning("Nobody says that %s has ended: is its node lost?", id)

    async def remove(self, found: Found) -> None:
        with contextlib.suppress(Missing):  # Somebody else was faster.
            await self.stop(found)

    async def servers(self, states: Collection[str]) -> set[Server]:
        labels = (f"{INSTANCE_LABEL}={self._settings.instance}", f"{LAUNCHED_LABEL}=true")
        return {server_of(one["Spec"].get("Labels") or {}) for one in await self._swarm.services(*labels)}

    async def inspect(self, name: str) -> dict[str, Any]:
        """What the hub reads of a container, and the address. @raises Missing"""
        found = await self.own(name)
        tasks = [task for task in await self._swarm.tasks(service=[found["ID"]]) if _since(task, began(found["Spec"]))]
        current = _current(tasks)
        spec = found["Spec"]["TaskTemplate"]["ContainerSpec"]
        return {
            "Id": found["ID"],
            "Name": f"/{name}",
            "Config": {"Env": spec.get("Env") or [], "Labels": found["Spec"].get("Labels") or {}},
            "State": {"Running": is_to_run(found["Spec"]), "ExitCode": 0, "Waiting": _waiting(current)},
            "RestartCount": sum(_ended(task) for task in tasks),
            "Address": self._address(current),
        }

    async def log(self, name: str) -> bytes:
        """@raises Missing"""
        return await self._swarm.log((await self.own(name))["ID"])

    async def update(self, found: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
        """@param found as `own` has found it @raises DockerRefused where it was changed since"""
        await self._swarm.update(found, spec)

    async def own(self, name: str) -> dict[str, Any]:
        """A server: the launcher's, or declared. @raises Missing, also for all else: its environment is nobody's"""
        gone = Missing(f"no such container: {name}")
        try:
            found = await self._swarm.service(name)
        except Missing:
            raise gone from None
        labels = found["Spec"].get("Labels") or {}
        is_server = labels.get(LAUNCHED_LABEL) == "true" or ADDS_LABEL in labels
        if labels.get(INSTANCE_LABEL) != self._settings.instance or not is_server:
            raise gone
        return found

    async def _run(self, tasks: list[str]) -> bool:
        """Whether one of them still does. Without a filter Docker would tell of all tasks."""
        try:
            return tasks != [] and any(_state(task) not in OVER for task in await self._swarm.tasks(id=tasks))
        except (Missing, DockerAway):
            return False

    def _address(self, task: Mapping[str, Any] | None) -> str | None:
        """In people's network, of a server that runs."""
        if task is None or _state(task) != "running":
            return None
        for one in task.get("NetworksAttachments") or []:
            if (one.get("Network") or {}).get("Spec", {}).get("Name") == self._settings.network:
                for address in one.get("Addresses") or []:
                    return str(ipaddress.ip_interface(address).ip)
        return None


def _since(task: Mapping[str, Any], start: int) -> bool:
    """Whether it is of this start: Docker also tells of those before."""
    return int((task.get("Spec") or {}).get("ForceUpdate") or 0) >= start


def _state(task: Mapping[str, Any]) -> str:
    return str((task.get("Status") or {}).get("State"))


def _is_to_run(task: Mapping[str, Any]) -> bool:
    """Of one on a lost node, which is not to run any more, the Swarm knows no end."""
    return task.get("DesiredState") in ("running", "ready") and _state(task) not in OVER


def _current(tasks: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    wanted = [task for task in tasks if _is_to_run(task)]
    wanted.sort(key=lambda task: (_state(task) == "running", str(task.get("CreatedAt"))))
    return wanted[-1] if wanted else None


def _waiting(task: Mapping[str, Any] | None) -> str:
    """Why no node runs it yet; empty where there is no reason."""
    if task is None or _state(task) != "pending":
        return ""
    return one_line(str((task.get("Status") or {}).get("Err") or ""))


def _ended(task: Mapping[str, Any]) -> bool:
    """Whether it ran and does so no more, by itself or because its node is lost or drained.

    One that could not be started, as where the guard of a node is not ready yet, ran nowhere.
    """
    state = _state(task)
    if state == "failed":
        return re.match("task: non-zero exit", str((task.get("Status") or {}).get("Err") or "")) is not None
    lost = state == "running" and task.get("DesiredState") in ("shutdown", "remove")
    return lost or state in ("complete", "shutdown", "orphaned")
