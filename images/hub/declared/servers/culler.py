"""Stops idle servers, and servers that have reached their maximum age.

It calls the official culler inside the hub. As a process of its own, as its documentation has it, the culler would need
more memory than gate, guard and proxy together, and another token that may stop everybody's server.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from jupyterhub_idle_culler import cull_idle

from ..names import Server
from ..people.roster import Roster
from ..settings import Settings
from ..store.notices import Notices

log = logging.getLogger("declared.culler")


class Culler:
    def __init__(self, api_url: str, token: str, settings: Settings, notices: Notices) -> None:
        self._api = api_url
        self._token = token
        self._settings = settings
        self._notices = notices

    async def pass_over(self, roster: Roster | None) -> None:
        if roster is None:
            # It is not known yet whose server is always on.
            return
        # The time-out is 0 because each person's own limits decide.
        await cull_idle(self._api, self._token, 0, log, cull_arbiter=lambda **found: self._is_over(roster, **found))

    def _is_over(self, roster: Roster, *, inactive: timedelta, server: dict[str, Any], **_: Any) -> bool:
        which = _which(server, self._settings.base_url)
        person = roster.get(which.person)
        if person is not None and person.always_on and not which.name:
            return False
        own = person.idle if person is not None else {}
        cull_after = own.get("cullAfter", self._settings.cull_after)
        max_age = own.get("maxAge", self._settings.max_age)
        if cull_after and inactive.total_seconds() >= cull_after:
            return True
        if max_age and _age(server) >= max_age:
            # The person may be at work, so they are told why.
            called = f" {which.name}" if which.name else ""
            text = f"Your server{called} was stopped because it had run for {_words(max_age)}, the longest time here."
            self._notices.leave(which.person, text, which.name)
            return True
        return False


def _age(server: dict[str, Any]) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(server["started"].replace("Z", "+00:00"))).total_seconds()


def _words(seconds: int) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds % size == 0 and seconds > size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"


def _which(server: dict[str, Any], base_url: str) -> Server:
    """The culler passes the server without its owner, but the URL has both names in it."""
    parts = str(server["url"]).removeprefix(f"{base_url}user/").strip("/").split("/")
    return Server(*map(unquote, parts[:2]))
