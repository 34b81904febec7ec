"""Starts and stops the container that a person has already. It cannot make, change or remove one.

Every request goes through the gate client, by name. launching.py differs in what it says here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from jupyterhub.utils import maybe_future, url_path_join

from .. import context
from ..gate import GateAway, Missing, Refused
from ..look.language import t
from ..people.roster import Person
from . import last_words
from .looks import ended, knock, restarts
from .problems import explained, kept_out, problem
from .tokened import TokenedSpawner

PATIENCE = 20.0
"""Seconds that a start waits for a gate that does not answer."""

UPDATE_PATIENCE = 8.0
"""Seconds for which a start waits for a container that is missing."""

POLL_PATIENCE = 1.0
"""Seconds that a poll waits for the gate. Short, because people's pages wait for polls too."""

KNOCK_EVERY = 0.05
"""Seconds. JupyterHub's own pauses grow up to five seconds, but a server is up after one or two."""

LOOK_EVERY = 1.0

START_SHARE = 0.9
"""Of JupyterHub's time-out for a start. After that one the hub could not say what the server has written."""

SILENCE_PATIENCE = 900.0
"""Seconds for which a hub after its start lets a server run that does not answer."""


class AdoptingSpawner(TokenedSpawner):
    without_container = "Your server has no container. Tell whoever looks after this hub."
    """What its page says where Docker knows none."""

    @classmethod
    def section_names(cls) -> list[str]:
        """Earlier versions extended DockerSpawner, so `hub.extraConfig` of a stack may set `c.DockerSpawner.…`."""
        *general, own = super().section_names()
        return [*general, "DockerSpawner", own]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._last_answer: tuple[int | None] | None = None
        self._last_container = ""
        self.safe_mode = False
        """Whether the server is to ignore what its home says about starting (images/singleuser/start-server)."""
        self.knows_safe_mode = False
        """Whether its image has asked for that at this start."""
        self.last_words: list[str] = []
        """What it wrote before it failed to start. For its person alone: it may hold anything."""

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

    async def get_url(self) -> str:
        """Not the database's: a hub that was killed during a start had not written down where the server is."""
        return f"http://{self.internal_hostname}:{self.port}" + self.path

    def load_state(self, state: dict[str, Any]) -> None:
        """Only a name of this stack's people is taken over: the database may come from anywhere."""
        name = (state or {}).get("container")
        prefix = context.current().settings.person_prefix
        self._last_container = name if isinstance(name, str) and name.startswith(prefix) else ""
        self.safe_mode = (state or {}).get("safe_mode") is True

    def get_state(self) -> dict[str, Any]:
        safe = {"safe_mode": True} if self.safe_mode else {}
        return {"container": self.object_name, **safe} if self.object_name else {}

    # Start and stop

    async def run_pre_spawn_hook(self) -> None:
        """Waits for the server's turn, after the stack file's own hook. The start time-out does not count it."""
        await maybe_future(super().run_pre_spawn_hook())
        await self._wait()

    async def _wait(self) -> None:
        await context.current().turns.take(self.whose)

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """Yields what the page shows while it waits for the server."""
        said = None
        while (waits := self._waits()) is not None:
            if waits != said:
                said = waits
                yield {"progress": 10, "message": waits}
            await asyncio.sleep(LOOK_EVERY)
        yield {"progress": 50, "message": t("Your server starts.")}

    def _waits(self) -> str | None:
        """For what, if it waits, in the language of the page."""
        place = context.current().turns.place(self.whose)
        if place is None:
            return None
        return str(t(f"Many servers start at the moment; yours is number {place} of those that wait."))

    async def start(self) -> tuple[str, int]:
        try:
            return await self._start()
        finally:
            self._give_back()

    def _give_back(self) -> None:
        context.current().turns.give_back(self.whose)

    async def _start(self) -> tuple[str, int]:
        until = time.monotonic() + self.start_timeout * START_SHARE
        self._read_options()
        if self.person is None:
            raise kept_out(self.user.name, context.current().keeper.roster)
        if context.current().notices.held is not None:
            raise problem("Servers cannot be started at the moment.", "held")
        self._check_options()
        self._keep_scopes()
        self._last_container = self.object_name
        try:
            self.log.info("Starting %s", self.object_name)
            await self._answering(await self._bring_up(), until)
        except (Missing, GateAway, Refused) as error:
            # JupyterHub polls next to see what it must stop. The poll must not wait for the gate again.
            self._last_answer = (0,)
            raise self._explained(error) from error
        self._last_answer = (None,)
        context.current().notices.take_away(self.user.name, self.name)
        return self.internal_hostname, self.port

    async def _bring_up(self) -> dict[str, Any]:
        """Starts the container, with its token valid. @returns what Docker knew of it before"""
        found = await self._container()
        self.api_token = self._adopt(found)
        await context.current().gate.start(self.object_name, PATIENCE)
        return found

    def _explained(self, error: Exception) -> Exception:
        return explained(error)

    def _check_options(self) -> None:
        if "image" in self.user_options:
            raise problem("The image of a server is set in the stack file.", "image", 400)

    def _read_options(self) -> None:
        """Safe mode is for one start. JupyterHub would give the options to all later ones too."""
        options = {key: value for key, value in self.user_options.items() if key != "_xsrf"}
        self.safe_mode = options.pop("safe", False) in (True, ["1"])
        self.knows_safe_mode, self.last_words = False, []
        self.user_options: dict[str, Any] = options
        self.orm_spawner.user_options = options

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
        return " " if notices.held is not None or notices.of(self.user.name, self.name) is not None else ""

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
        if context.current().outage.away and self._last_answer is not None:
            # The hub could not write down that it has ended, and would ask no more.
            return self._last_answer[0]
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
        return await knock(url_path_join(await self.get_url(), "api"))

    async def _answering(self, before: dict[str, Any], until: float) -> None:
        """Returns when the server answers, so that JupyterHub's own wait ends at once.

        `before`: what Docker knew of the container before the start.
        """
        looked = time.monotonic()
        while not await self.answers():
            if time.monotonic() - looked >= LOOK_EVERY:
                looked = time.monotonic()
                failure = await self._failure(restarts(before))
                if failure is None and looked >= until:
                    failure = "Your server did not answer in time."
                if failure is not None:
                    await self._listen((before.get("State") or {}).get("FinishedAt") or "")
                    raise problem(failure, "ended")
            await asyncio.sleep(KNOCK_EVERY)

    async def _failure(self, before: int) -> str | None:
        try:
            return ended(await context.current().gate.inspect(self.object_name, 0), before)
        except GateAway:
            return None

    async def _listen(self, after: str) -> None:
        try:
            self.last_words = last_words.of(await context.current().gate.log(self.object_name), after)
        except (GateAway, Refused, Missing) as error:
            self.log.warning("The log of %s could not be read: %s", self.object_name, error)

    # Afterwards

    def run_post_stop_hook(self) -> Any:
        """Also if it ended by itself."""
        context.current().entered.end(self.whose)
        self._give_back()
        return super().run_post_stop_hook()

    def delete_forever(self) -> None:
        """A named server is removed from the hub's page, or its person is gone."""
        context.current().notices.take_away(self.user.name, self.name)
