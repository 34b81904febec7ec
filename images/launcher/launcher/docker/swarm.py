"""What Docker's API says of a Swarm: services, their tasks, nodes. Asked on a manager."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from .api import DO_SECONDS, Docker, DockerAway, WithLogin, parsed


class Swarm:
    def __init__(self, docker: Docker, login: Callable[[], str | None]) -> None:
        """@param login with which nodes pull images, as it is then; without one a service keeps what it has"""
        self._docker = docker
        self._login = login

    async def service(self, name: str) -> dict[str, Any]:
        """@raises Missing"""
        found = parsed(await self._docker.ask("GET", f"/services/{quote(name)}"))
        # Docker also finds a service by the beginning of its id.
        if not isinstance(found, dict) or (found.get("Spec") or {}).get("Name") != name:
            raise DockerAway(f"the answer is not about {name}")
        return found

    async def services(self, *labels: str) -> list[dict[str, Any]]:
        return await self._list("/services", {"label": list(labels)})

    async def tasks(self, **filters: list[str]) -> list[dict[str, Any]]:
        return await self._list("/tasks", filters)

    async def nodes(self) -> list[dict[str, Any]]:
        return await self._list("/nodes", {})

    async def network(self, name: str) -> str:
        """@returns its id"""
        found = parsed(await self._docker.ask("GET", f"/networks/{quote(name)}?scope=swarm"))
        if not isinstance(found, dict) or found.get("Name") != name or not isinstance(found.get("Id"), str):
            raise DockerAway(f"the answer is not about {name}")
        return str(found["Id"])

    async def data_port(self) -> int:
        """The port of the traffic between nodes."""
        found = parsed(await self._docker.ask("GET", "/swarm"))
        return int((found.get("DataPathPort") if isinstance(found, dict) else 0) or 4789)

    async def create(self, name: str, spec: Mapping[str, Any]) -> str:
        """@returns its id"""
        body = self._with_login({**spec, "Name": name})
        made = parsed(await self._docker.ask("POST", "/services/create", body, seconds=DO_SECONDS))
        return str(made["ID"])

    async def update(self, found: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
        path = f"/services/{found['ID']}/update?version={int(found['Version']['Index'])}"
        body = self._with_login({**spec, "Name": found["Spec"]["Name"]})
        await self._docker.ask("POST", path, body, seconds=DO_SECONDS)

    async def remove(self, id: str) -> None:
        """@raises Missing"""
        await self._docker.ask("DELETE", f"/services/{quote(id)}")

    async def log(self, id: str) -> bytes:
        """Its last lines, as Docker sends those of a container."""
        return await self._docker.ask("GET", f"/services/{quote(id)}/logs?stdout=1&stderr=1&timestamps=1&tail=100")

    def _with_login(self, body: dict[str, Any]) -> dict[str, Any] | WithLogin:
        """Docker keeps it with the service, shows it to nobody, and gives it to each node that a task comes to."""
        login = self._login()
        return body if login is None else WithLogin(body, login)

    async def _list(self, path: str, filters: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        found = parsed(await self._docker.ask("GET", f"{path}?filters={quote(json.dumps(filters))}"))
        if not isinstance(found, list):
            raise DockerAway("the answer is no list")
        return found
