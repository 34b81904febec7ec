"""The hub's only way to Docker: inspect, start and stop one container by its name, and read the end of its log.

Where servers are made at their start, the launcher makes and removes them. It is asked through the same gate, by the
names of a person, a server and a profile.

There are three kinds of answer: Docker knows the container; Docker says that it does not exist; anything else, from a
refused connection to an HTTP 500. The third kind never means "gone". The hub deletes the route and the tokens of a
server that is gone, so people would lose their sessions while a gate is being replaced.

Containers are asked for by name, never by id: a replaced container keeps its name and gets another id.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakValueDictionary

import docker
import requests
from docker.errors import APIError, DockerException

from . import names
from .names import Server

log = logging.getLogger("declared.gate")

THREADS = 16
"""A stop blocks its thread until the server has ended, up to ten seconds. With one thread everybody would wait."""

TIMEOUT = 30
LAUNCH_TIMEOUT = 130
"""Seconds for the launcher, which may make homes first and stops a server before it removes it."""
LONGEST_LOG = 2**21
"""Bytes. The gate asks for a hundred lines, and Docker cuts lines at 16 KiB."""

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 3.0
SAY_AGAIN_AFTER = 60.0


class Missing(Exception):
    """Docker answered that there is no such container."""


class GateAway(Exception):
    """No clear answer. Nothing may be concluded from it."""


class Refused(Exception):
    """Docker or the gate refused the request. A retry would be refused too."""


class DirectClient(docker.APIClient):
    """Ignores HTTP_PROXY, already at the first request, which is sent by the constructor."""

    trust_env = property(lambda self: False, lambda self, value: None)


class Gate:
    def __init__(self, url: str) -> None:
        self._url = url
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="gate")
        # Of their own, so that nobody waits for starts who only looks at a server.
        self._launch_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="launcher")
        self._turns: WeakValueDictionary[Server, asyncio.Lock] = WeakValueDictionary()
        self._client: docker.APIClient | None = None
        self._said: dict[str, float] = {}

    async def inspect(self, name: str, patience: float | None = None) -> dict[str, Any]:
        """What Docker knows of the container. `patience`: seconds to keep trying; None: until there is an answer."""

        def look(client: docker.APIClient) -> dict[str, Any]:
            found = client.inspect_container(name)
            # Docker also finds a container by the beginning of its id.
            if not isinstance(found, dict) or found.get("Name") != f"/{name}":
                raise GateAway(f"the answer is not about {name}")
            return found

        return await self._patiently(f"inspect {name}", look, patience)

    async def running(self, name: str, patience: float | None = None) -> int | None:
        """None while it runs, its exit code when it does not."""
        state = (await self.inspect(name, patience)).get("State") or {}
        return None if state.get("Running") else int(state.get("ExitCode") or 0)

    async def start(self, name: str, patience: float | None = None) -> None:
        await self._patiently(f"start {name}", lambda client: client.start(name), patience)

    async def stop(self, name: str, patience: float | None = None) -> None:
        """Stops it with its own stop time-out. Returns when it has ended."""
        await self._patiently(f"stop {name}", lambda client: client.stop(name), patience)

    async def log(self, name: str) -> bytes:
        """The last lines that it has written, as Docker sends them (`servers/last_words.py`)."""

        def read(client: docker.APIClient) -> bytes:
            read = bytearray()
            # The gate sets the query. Docker's own client would ask in another form.
            with client.get(f"{client.base_url}/containers/{name}/logs", stream=True, timeout=TIMEOUT) as response:
                response.raise_for_status()
                for piece in response.iter_content(65536):
                    read += piece
                    if len(read) > LONGEST_LOG:
                        break
            return bytes(read[:LONGEST_LOG])

        return await self._patiently(f"the log of {name}", read, 0)

    async def launch(
        self, server: Server, profile: str, ids: tuple[int, int] | None = None, patience: float | None = None
    ) -> tuple[str, bool]:
        """Makes and starts a server. @returns its container, and whether it was made or ran already"""
        with_ids = "".join(f"/{number}" for number in ids or ())
        found = await self._launcher("POST", server, f"/start/{profile}{with_ids}", patience)
        return str(found.get("container")), found.get("made") is True

    async def end(self, server: Server, patience: float | None = None) -> None:
        """Stops a server as `stop` does, and removes its container."""
        await self._launcher("POST", server, "/stop", patience)

    async def discard(self, server: Server, patience: float = 0) -> None:
        """Removes what there is of a server at once, running or not."""
        await self._launcher("POST", server, "/remove", patience)

    async def launched(self, server: Server, patience: float | None = None) -> dict[str, Any]:
        """What the launcher knows of a server."""
        return await self._launcher("GET", server, "", patience)

    async def gpus(self, patience: float = 0) -> dict[str, Any]:
        """How many GPUs the pool has, how many are free, and which servers hold the others (gpus.py)."""
        return await self._patiently("the GPUs", lambda client: ask(client, "GET", "/launcher/gpus"), patience)

    async def servers(self, patience: float = 0) -> dict[str, Any]:
        """Which servers of the launcher's run (servers/finder.py)."""
        return await self._patiently("the servers", lambda client: ask(client, "GET", "/launcher/servers"), patience)

    async def _launcher(self, method: str, server: Server, act: str, patience: float | None) -> dict[str, Any]:
        path = f"/launcher/{names.segment(server.person)}/{names.segment(server.name) or '-'}{act}"

        def call(client: docker.APIClient) -> dict[str, Any]:
            return ask(client, method, path)

        # In the order in which they are asked, or the removal of an ended server could meet the next one.
        async with self._turns.setdefault(server, asyncio.Lock()):
            return await self._patiently(f"{method} {path}", call, patience, self._launch_threads)

    async def _patiently(
        self,
        what: str,
        call: Callable[[docker.APIClient], Any],
        patience: float | None,
        threads: ThreadPoolExecutor | None = None,
    ) -> Any:
        until = None if patience is None else time.monotonic() + patience
        pause = FIRST_PAUSE
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(threads or self._threads, self._once, call)
            except GateAway as away:
                if until is not None and time.monotonic() + pause > until:
                    raise
                self._say(what, away)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _once(self, call: Callable[[docker.APIClient], Any]) -> Any:
        try:
            return call(self._connected())
        except APIError as error:
            raise _meaning(error) from None
        except (DockerException, requests.RequestException, ValueError) as error:
            raise GateAway(_short(error)) from None

    def _connected(self) -> docker.APIClient:
        """Made at the first use, because its constructor asks for the API version and the gate may not be up yet."""
        if self._client is None:
            self._client = DirectClient(base_url=self._url, version="auto", timeout=TIMEOUT, max_pool_size=THREADS)
        return self._client

    def _say(self, what: str, away: GateAway) -> None:
        """Logs each thing once a minute, so that an hour without a gate leaves a readable log."""
        now = time.monotonic()
        if now - self._said.get(what, -SAY_AGAIN_AFTER) >= SAY_AGAIN_AFTER:
            self._said[what] = now
            log.warning("No clear answer to %s, still trying: %s", what, away)


def _meaning(error: APIError) -> Exception:
    """What an error response means. Only a start or stop can be refused for good, when Docker or the gate says why."""
    status, reason = error.status_code, str(error.explanation or error)
    # A 404 with another text is not from Docker.
    if status == 404 and "no such container" in reason.lower():
        return Missing(reason)
    response = error.response
    asked = response is None or response.request is None or response.request.method == "GET"
    # A port is in use, or a directory or network is missing: retries would only hide the reason.
    if not asked and (status == 403 or "application/json" in response.headers.get("Content-Type", "")):
        return Refused(reason)
    return GateAway(f"HTTP {status}: {reason[:200]}")


def ask(client: docker.APIClient, method: str, path: str) -> dict[str, Any]:
    with client.request(method, client.base_url + path, timeout=(TIMEOUT, LAUNCH_TIMEOUT)) as response:
        return _of_launcher(response)


def ask_for_bytes(client: docker.APIClient, path: str) -> bytes:
    with client.request("GET", client.base_url + path, timeout=TIMEOUT) as response:
        if response.status_code != 200:
            _of_launcher(response)
            raise GateAway(f"HTTP {response.status_code}")
        return bytes(response.content)


def _of_launcher(response: requests.Response) -> dict[str, Any]:
    """@returns its answer @raises what an error of the launcher means. Other servers on the way send no JSON"""
    status = response.status_code
    if status == 204:
        return {}
    of_launcher = "application/json" in response.headers.get("Content-Type", "")
    found = response.json() if of_launcher else None
    if not isinstance(found, dict):
        raise GateAway(f"HTTP {status}: {response.text[:200]}")
    if status == 200:
        return found
    reason = str(found.get("message"))
    if status == 404 and reason.lower().startswith("no such container"):
        raise Missing(reason)
    if status in (403, 409, 423, 429, 502):
        raise Refused(reason)
    raise GateAway(f"HTTP {status}: {reason[:200]}")


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
