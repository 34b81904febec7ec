"""Starts and stops the container that a person has already. It cannot make, change or remove one.

Every request goes through the gate client, by name.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from jupyterhub.httpclient import fetch
from jupyterhub.spawner import Spawner, SpawnException
from jupyterhub.utils import maybe_future, url_path_join

from .. import context, names
from ..gate import GateAway, Missing, Refused
from ..people.roster import Person
from ..store import tokens

PATIENCE = 20.0
"""Seconds that a start waits for a gate that does not answer."""

UPDATE_PATIENCE = 8.0
"""Seconds for which a start waits for a container that is missing."""

POLL_PATIENCE = 1.0
"""Seconds that a poll waits for the gate. Short, because people's pages wait for polls too."""

KNOCK_EVERY = 0.05
"""Seconds. JupyterHub's own pauses grow up to five seconds, but a server is up after one or two."""

LOOK_EVERY = 1.0

SILENCE_PATIENCE = 900.0
"""Seconds for which a hub after its start lets a server run that does not answer."""


class AdoptingSpawner(Spawner):
    @classmethod
    def section_names(cls) -> list[str]:
        """Earlier versions extended DockerSpawner, so `hub.extraConfig` of a stack may set `c.DockerSpawner.…`."""
        *general, own = super().section_names()
        return [*general, "DockerSpawner", own]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.user:
            self.oauth_client_id = names.oauth_client_id(self.user.name)
        self._client_scopes: list[str] | None = None
        self._last_answer: tuple[int | None] | None = None
        self._last_container = ""

    # Which container

    @property
    def person(self) -> Person | None:
        return context.current().keeper.get(self.user.name)

    @property
    def object_name(self) -> str:
        """The container's name on the roster; for a removed person the last one, to stop their server."""
        person = self.person
        if person:
            return person.container
        roster = context.current().keeper.roster
        taken = roster is not None and roster.holds_container(self._last_container)
        return "" if taken else self._last_container

    @property
    def internal_hostname(self) -> str:
        return self.object_name

    def load_state(self, state: dict[str, Any]) -> None:
        """Only a name of this stack's people is taken over: the database may come from anywhere."""
        name = (state or {}).get("container")
        prefix = context.current().settings.person_prefix
        self._last_container = name if isinstance(name, str) and name.startswith(prefix) else ""

    def get_state(self) -> dict[str, Any]:
        return {"container": self.object_name} if self.object_name else {}

    # Start and stop

    async def run_pre_spawn_hook(self) -> None:
        """Waits for the person's turn, after the stack file's own hook. The start time-out does not count it."""
        await maybe_future(super().run_pre_spawn_hook())
        await context.current().turns.take(self.user.name)

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """Yields what the page shows while it waits for the server."""
        said = None
        while (place := context.current().turns.place(self.user.name)) is not None:
            if place != said:
                said = place
                yield {
                    "progress": 10,
                    "message": f"Many servers start at the moment; yours is number {place} of those that wait.",
                }
            await asyncio.sleep(LOOK_EVERY)
        yield {"progress": 50, "message": "Your server starts."}

    async def start(self) -> tuple[str, int]:
        try:
            return await self._start()
        finally:
            context.current().turns.give_back(self.user.name)

    async def _start(self) -> tuple[str, int]:
        if self.person is None:
            raise _problem(f"{self.user.name} is not on the list of people who may use this hub.", "not-listed", 403)
        if context.current().notices.held is not None:
            raise _problem("Servers cannot be started at the moment.", "held")
        if "image" in self.user_options:
            raise _problem("The image of a server is set in the stack file.", "image", 400)
        client = self.orm_spawner.oauth_client
        self._client_scopes = list(client.allowed_scopes) if client else None
        self._last_container = self.object_name
        try:
            found = await self._container()
            self.api_token = self._adopt(found)
            self.log.info("Starting %s", self.object_name)
            await context.current().gate.start(self.object_name, PATIENCE)
            await self._answering(_restarts(found))
        except (Missing, GateAway, Refused) as error:
            # JupyterHub polls next to see what it must stop. The poll must not wait for the gate again.
            self._last_answer = (0,)
            raise _explained(error) from error
        self._last_answer = (None,)
        context.current().notices.take_away(self.user.name)
        return self.internal_hostname, self.port

    async def _container(self) -> dict[str, Any]:
        """An update removes a container just before it creates the next one, so a missing one may come."""
        until = time.monotonic() + UPDATE_PATIENCE
        while True:
            try:
                return await context.current().gate.inspect(self.object_name, PATIENCE)
            except Missing:
                if time.monotonic() >= until:
                    self.log.error("%s is missing; `npm run up` creates it again", self.object_name)
                    raise
            await asyncio.sleep(KNOCK_EVERY)

    async def get_options_form(self) -> str:
        """A page before the start (templates/spawn.html), only for people who have a notice to read."""
        notices = context.current().notices
        return " " if notices.held is not None or notices.of(self.user.name) is not None else ""

    def _adopt(self, found: dict[str, Any]) -> str:
        """@returns the container's token, which is valid from now on"""
        token = tokens.from_container(found)
        if not token:
            raise _problem("Your server has no token of its own. Tell whoever looks after this hub.", "no-token")
        try:
            tokens.register(self.user.db, self.user, token, self.api_token)
        except tokens.WrongOwner:
            self.log.error("%s has a token that is somebody else's", self.object_name)
            raise _problem("Your server has a wrong token. Tell whoever looks after this hub.", "wrong-token") from None
        except ValueError as error:
            # JupyterHub accepts 8 to 64 characters.
            raise _problem(f"Your server's token is invalid: {error}", "wrong-token") from None
        return token

    async def stop(self, now: bool = False) -> None:
        self.log.info("Stopping %s", self.object_name)
        try:
            await context.current().gate.stop(self.object_name)
        except Missing:
            self.log.info("%s is gone already", self.object_name)

    async def poll(self) -> int | None:
        """None while it runs.

        Without a clear answer the last clear one stands. A hub that has just started has none yet and waits for one,
        because otherwise it would forget the server and delete its route.
        """
        if not self.object_name:
            return 0
        booting = self._last_answer is None and self._check_pending
        answer = await self._state(None if self._last_answer is None else POLL_PATIENCE)
        self._last_answer = (answer,)
        return await self._silent() if booting and answer is None else answer

    async def _state(self, patience: float | None) -> int | None:
        try:
            return await context.current().gate.running(self.object_name, patience)
        except Missing:
            return 0
        except GateAway:
            return self._last_answer[0] if self._last_answer else None

    async def _silent(self) -> int | None:
        """Waits for a silent server while the hub starts.

        JupyterHub then stops servers that do not answer within half a minute. But a network can be down for longer and
        come back with all kernels running. A wait in here does not stop the server.
        """
        until = time.monotonic() + SILENCE_PATIENCE
        while not await self.answers() and time.monotonic() < until:
            await asyncio.sleep(LOOK_EVERY)
            self._last_answer = (await self._state(POLL_PATIENCE),)
            if self._last_answer != (None,):
                break
        return self._last_answer[0] if self._last_answer else None

    async def answers(self) -> bool:
        """Whether the person's server answers, whoever started it."""
        return await _answers(url_path_join(f"http://{self.internal_hostname}:{self.port}", self.user.base_url, "api"))

    async def _answering(self, restarts: int) -> None:
        """Returns when the server answers, so that JupyterHub's own wait ends at once.

        `restarts`: how often Docker had restarted it before.
        """
        gate, name = context.current().gate, self.object_name
        looked = time.monotonic()
        while not await self.answers():
            if time.monotonic() - looked >= LOOK_EVERY:
                looked = time.monotonic()
                try:
                    found = await gate.inspect(name, 0)
                except GateAway:
                    found = {"State": {"Running": True}}
                state = found.get("State") or {}
                if state.get("Restarting") or not state.get("Running"):
                    raise _problem(
                        f"Your server ended while it was starting (exit code {state.get('ExitCode')}).", "ended"
                    )
                # Docker's restart policy made it "running" again, and the exit code is gone.
                if _restarts(found) > restarts:
                    raise _problem(
                        "Your server ended while it was starting. Docker restarts it, and it ends again.", "ended"
                    )
            await asyncio.sleep(KNOCK_EVERY)

    # Tokens and OAuth client

    will_resume = False
    """False makes JupyterHub delete token and OAuth client at a stop, although the container stays."""

    def start_polling(self) -> None:
        """Restores the OAuth client's scopes: JupyterHub registers it again without them just before this call, because
        the container has another token than it created.
        """
        client = self.orm_spawner.oauth_client
        if client and self._client_scopes is not None and list(client.allowed_scopes) != self._client_scopes:
            client.allowed_scopes = self._client_scopes
            client.description = f"Server at {self.user.base_url}"
            self.user.db.commit()
        super().start_polling()

    def run_post_stop_hook(self) -> Any:
        """Deletes the server's tokens, also if it ended by itself or an earlier hub had started it."""
        tokens.end(self.user.db, self.user.orm_user)
        context.current().entered.end(self.user.name)
        return super().run_post_stop_hook()


def _restarts(found: dict[str, Any]) -> int:
    """How often Docker has restarted a running container. The start of a stopped one begins at 0 again."""
    running = (found.get("State") or {}).get("Running")
    return int(found.get("RestartCount") or 0) if running else 0


async def _answers(url: str) -> bool:
    try:
        response = await fetch(
            url, raise_for_status=False, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=5)
        )
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
    response.release()
    return response.status < 500


def _explained(error: Exception) -> SpawnException:
    if isinstance(error, Missing):
        return _problem(
            "Your server has no container. If it is being updated, it has one in a minute. If not, tell whoever looks "
            "after this hub.",
            "missing",
        )
    if isinstance(error, Refused):
        return _problem(f"Docker could not start your server: {error}", "refused")
    return _problem("Docker does not answer at the moment. Try again in a minute.", "docker-away")


def _problem(message: str, reason: str, status: int = 503) -> SpawnException:
    """503, because the request is not at fault; and JupyterHub does not log the request's headers for it."""
    problem = SpawnException(message, reason=reason, status_code=status)
    problem.jupyterhub_message = message
    return problem
