"""Keeps the roster that is in force.

Reading the roster can fail: the gate or the roster's container is being replaced, or Docker restarts. Then the last one
that was read stays in force. A copy in the data directory keeps it over a restart of the hub. A failure locks nobody
out and lets nobody in.
"""

from __future__ import annotations

import asyncio
import logging
import time

from ..gate import Gate, GateAway, Missing
from ..settings import Settings
from ..store.whole_file import write_whole
from .admitted import Admitted
from .roster import LABEL, Person, Roster, RosterError, parse

log = logging.getLogger("declared.roster")

FRESH = 0.5
"""Seconds after reading for which the roster is new enough for a log-in."""


class Keeper:
    def __init__(self, gate: Gate, settings: Settings, admitted: Admitted) -> None:
        self._gate = gate
        self._container = settings.roster
        self._prefix = settings.person_prefix
        self._file = settings.data_dir / "roster.json"
        self.admitted = admitted
        self._text: str | None = None
        self._trouble: str | None = None
        self._read_at = -FRESH
        self._reading: asyncio.Future[bool] | None = None
        self.roster: Roster | None = None
        """None until one was read for the first time. Then nobody is let in, and nobody is revoked."""
        self._recall()

    def get(self, name: str) -> Person | None:
        """Also somebody who is not on the list but was let in."""
        return None if self.roster is None else self.roster.get(name)

    def by_login(self, login: str) -> Person | None:
        return None if self.roster is None else self.roster.by_login(login)

    def named_servers(self) -> int:
        """How many further servers a person may have."""
        return 0 if self.roster is None else self.roster.offers.named_servers

    async def fresh(self) -> None:
        """Reads it again unless it is fresh, so that added people can log in at once and removed people cannot.

        Concurrent callers share one request, so a flood of log-ins is no flood of requests to Docker.
        """
        if self._reading is None and time.monotonic() - self._read_at >= FRESH:
            self._reading = asyncio.ensure_future(self.read())
            self._reading.add_done_callback(self._reading_done)
        if self._reading is not None:
            await asyncio.shield(self._reading)

    def _reading_done(self, _: asyncio.Future[bool]) -> None:
        self._reading = None

    async def read(self, patience: float = 0) -> bool:
        """Reads it again. @returns whether the roster in force is the one that Docker has now"""
        try:
            found = await self._gate.inspect(self._container, patience)
            self._read_at = time.monotonic()
            text = ((found.get("Config") or {}).get("Labels") or {}).get(LABEL)
            if text is None:
                raise RosterError(f"{self._container} has no label {LABEL}")
            if text != self._text:
                roster = self._use(text)
                self._remember(text)
                log.info("Roster read: %d people", len(roster))
        except (GateAway, Missing, RosterError) as error:
            self._say(f"{type(error).__name__}: {error}")
            return False
        self._say(None)
        return True

    def _use(self, text: str) -> Roster:
        roster = parse(text, self._prefix)
        # Before anybody can log in to a name that has just left the list.
        self.admitted.follow(roster)
        roster.others = self.admitted
        self.roster, self._text = roster, text
        return roster

    def _recall(self) -> None:
        try:
            text = self._file.read_text()
            self._use(text)
        except FileNotFoundError:
            pass
        except (OSError, RosterError) as error:
            log.warning("The roster kept in %s is unusable: %s", self._file, error)

    def _remember(self, text: str) -> None:
        """A full disk does not stop the hub."""
        try:
            write_whole(self._file, text)
        except OSError as error:
            log.warning("The roster could not be saved in %s: %s", self._file, error)

    def _say(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            if trouble:
                log.warning("The roster cannot be read, the last one stays in force: %s", trouble)
            else:
                log.info("The roster can be read again")
        self._trouble = trouble
