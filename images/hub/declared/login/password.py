"""`authentication: {type: password}`: name and password against the roster."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyterhub.auth import Authenticator

from .. import context, names
from ..people import passwords
from ..reader import Reader
from ..settings import Settings
from .authenticator import HASHING_AT_ONCE, RosterMixin, source_of
from .slowdown import Busy, Slowdown
from .turned_away import ASK, TurnedAway


class PasswordAuthenticator(Authenticator):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slowdown = Slowdown()
        self._hashing = asyncio.Semaphore(HASHING_AT_ONCE)

    async def authenticate(self, handler: Any, data: Any) -> dict[str, Any] | str | None:
        typed, current = data.get("username", ""), context.current()
        keeper = current.keeper
        person = keeper.by_login(names.login(typed)) or keeper.by_login(names.normalise(typed))
        login = person.login if person else names.normalise(typed)
        kept = person.password if person else None
        password, source = data.get("password", ""), source_of(handler, current.settings.forwarding)
        # Before any wait: other people's wrong attempts must not delay somebody with the right password.
        if not passwords.chosen(kept) and passwords.matches(password, kept):
            self.slowdown.succeeded(login, source)
            return login
        self.slowdown.failed(login, source)
        try:
            await self.slowdown.wait(login, source)
        except Busy:
            raise TurnedAway("Too many attempts at once. Try again in a few seconds.", 429) from None
        if await self._chose(password, kept):
            self.slowdown.succeeded(login, source, attempt=True)
            return login
        if keeper.roster is None:
            raise TurnedAway("The list of people could not be read yet. Try again in a moment.", 503)
        # One message for both, or the form would tell a stranger who is on the list.
        raise TurnedAway(f"Wrong password, or this name is not on the list of people who may use this hub. {ASK}")

    async def _chose(self, password: str, kept: str | None) -> bool:
        """Takes equally long for everybody once one person has chosen a password, so the time reveals nothing."""
        roster = context.current().keeper.roster
        if roster is None or not roster.has_chosen_passwords:
            return False
        async with self._hashing:
            return await asyncio.to_thread(passwords.matches_chosen, password, kept)


class PasswordRosterAuthenticator(RosterMixin, PasswordAuthenticator):
    pass


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    return PasswordRosterAuthenticator
