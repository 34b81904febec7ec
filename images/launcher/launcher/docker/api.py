"""Docker's API over its socket.

With aiohttp, which serves the requests too: no threads, an attached stdin (which Docker's own library cannot half-close
over its socket), and one package less beside the socket. Without a version in the path Docker answers in its newest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

ASK_SECONDS = 30
DO_SECONDS = 110
"""Less than the gate waits. A stop takes as long as the container's own time-out, a start long on a busy machine."""
LONGEST_ANSWER = 2**26


GONE = re.compile("no such container|^service .* not found", re.IGNORECASE)


class DockerAway(Exception):
    """No clear answer. Nothing may be concluded from it."""


class Missing(Exception):
    """Docker answered that there is no such container."""


class DockerRefused(Exception):
    """Docker does not do it, and says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class WithLogin:
    """A body, and with it what Docker logs in with at a registry."""

    body: Mapping[str, Any]
    login: str = field(repr=False)


class Docker:
    def __init__(self, socket: str) -> None:
        self.socket = socket
        # The gate bounds how many requests there are at one time; a stop must not wait for other stops.
        self._session = aiohttp.ClientSession(connector=aiohttp.UnixConnector(socket, limit=0), trust_env=False)

    async def close(self) -> None:
        await self._session.close()

    async def ping(self) -> None:
        await self.ask("GET", "/_ping", seconds=4)

    async def inspect(self, name: str) -> dict[str, Any]:
        """@raises Missing"""
        found = parsed(await self.ask("GET", f"/containers/{quote(name)}/json"))
        # Docker also finds a container by the beginning of its id.
        if not isinstance(found, dict) or found.get("Name") != f"/{name}":
            raise DockerAway(f"the answer is not about {name}")
        return found

    async def list(self, *labels: str) -> list[dict[str, Any]]:
        """All containers with these labels, also those that do not run."""
        filters = json.dumps({"label": list(labels)})
        found = parsed(await self.ask("GET", f"/containers/json?all=1&filters={quote(filters)}"))
        if not isinstance(found, list):
            raise DockerAway("the answer is no list")
        return found

    async def create(self, name: str, body: Mapping[str, Any]) -> str:
        """@returns its id"""
        made = parsed(await self.ask("POST", f"/containers/create?name={quote(name)}", body, seconds=DO_SECONDS))
        return str(made["Id"])

    async def start(self, id: str) -> None:
        await self.ask("POST", f"/containers/{id}/start", seconds=DO_SECONDS)

    async def stop(self, id: str) -> None:
        """With its own time-out. Returns when it has ended."""
        await self.ask("POST", f"/containers/{id}/stop", seconds=DO_SECONDS)

    async def remove(self, id: str) -> None:
        """With its anonymous volumes; one with a name is never deleted. It is gone also if somebody else removes it."""
        try:
            await self.ask("DELETE", f"/containers/{id}?force=1&v=1", seconds=DO_SECONDS)
        except Missing:
            pass
        except DockerRefused as refused:
            if refused.status != 409 or "already in progress" not in str(refused):
                raise
            await self.wait(id, "removed")

    async def wait(self, id: str, condition: str = "not-running") -> int:
        try:
            ended = parsed(await self.ask("POST", f"/containers/{id}/wait?condition={condition}", seconds=DO_SECONDS))
        except Missing:
            return 0
        return int(ended["StatusCode"])

    async def read(self, id: str, path: str) -> bytes:
        """A file or folder of a container, as tar. @raises Missing"""
        return await self.ask("GET", f"/containers/{id}/archive?path={quote(path)}")

    async def write(self, id: str, tar: bytes) -> None:
        await self.ask("PUT", f"/containers/{id}/archive?path=/", tar)

    async def volume(self, name: str, labels: Mapping[str, str]) -> dict[str, Any]:
        """Makes a volume, or finds the one of that name. @returns what Docker knows of it"""
        found = parsed(await self.ask("POST", "/volumes/create", {"Name": name, "Labels": labels}))
        if not isinstance(found, dict):
            raise DockerAway("the answer is not about a volume")
        return found

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | WithLogin | bytes | None = None,
        *,
        seconds: float = ASK_SECONDS,
    ) -> bytes:
        login = {}
        if isinstance(body, WithLogin):
            login = {"X-Registry-Auth": body.login}
            body = body.body
        data = json.dumps(body).encode() if isinstance(body, Mapping) else body
        kind = "application/json" if isinstance(body, Mapping) else "application/x-tar"
        try:
            async with self._session.request(
                method,
                URL(f"http://docker{path}", encoded=True),
                data=data,
                headers={} if data is None else {"Content-Type": kind, **login},
                timeout=aiohttp.ClientTimeout(total=seconds),
                allow_redirects=False,
            ) as response:
                answer = await response.content.read(LONGEST_ANSWER) if response.status >= 400 else await _all(response)
                if response.status >= 400:
                    raise _meaning(method, response.status, answer)
                return answer
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DockerAway(f"{type(error).__name__}: {error}"[:200]) from None


async def _all(response: aiohttp.ClientResponse) -> bytes:
    read = bytearray()
    async for piece in response.content.iter_chunked(2**16):
        read += piece
        if len(read) > LONGEST_ANSWER:
            raise DockerAway("the answer is too long")
    return bytes(read)


def parsed(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        raise DockerAway("the answer is no JSON") from None


def _meaning(method: str, status: int, answer: bytes) -> Exception:
    """What an error answer means. A question is never refused for good: it is only not answered."""
    try:
        reason = str(json.loads(answer)["message"])
    except (ValueError, KeyError, TypeError):
        return DockerAway(f"HTTP {status}")
    if status == 404 and GONE.search(reason):
        return Missing(reason)
    return DockerAway(f"HTTP {status}: {reason[:200]}") if method == "GET" else DockerRefused(status, reason)
