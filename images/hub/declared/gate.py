"""The hub's only way to Docker: inspect, start and stop one container by its name.

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

import docker
import requests
from docker.errors import APIError, DockerException

log = logging.getLogger("declared.gate")

THREADS = 16
"""A stop blocks its thread until the server has ended, up to ten seconds. With one thread everybody would wait."""

TIMEOUT = 30
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

    async def _patiently(self, what: str, call: Callable[[docker.APIClient], Any], patience: float | None) -> Any:
        until = None if patience is None else time.monotonic() + patience
        pause = FIRST_PAUSE
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._threads, self._once, call)
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


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
