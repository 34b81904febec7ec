"""Lets in the people on the roster, with any identity provider.

`RosterMixin` goes before one of JupyterHub's authenticator classes. That class checks the identity. The roster alone
decides who gets in, under which name, as an admin or not, and in which groups. Others get in where the stack file says
so (unlisted.py); they are then asked for like people on the roster. `check_blocked_users` asks it, because
JupyterHub calls that for everybody: it skips `check_allowed` under `allow_all`, and for admins of some providers.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import urlsplit

from jupyterhub import orm
from jupyterhub.auth import Authenticator
from jupyterhub.utils import maybe_future
from tornado import web
from traitlets import default

from .. import context, names
from ..dynamic import Allow
from ..forwarding import Forwarding
from ..people import incarnation
from ..people.roster import Person
from .slowdown import Busy, Slowdown
from .turned_away import ASK, TurnedAway
from .unlisted import Unlisted

TAKEN_OVER_WITHIN = 10.0
"""Seconds that a log-in waits for the reconciler to take over a row from the name's earlier holder."""

HASHING_AT_ONCE = 2
"""Checks of chosen passwords at the same time: each takes time and memory. Others wait."""


class RosterMixin(Authenticator):
    """Put before an Authenticator class: `class Listed(RosterMixin, GitHubOAuthenticator)`."""

    whose = "one of those who may use this hub"
    """For the message "… is not …" to people whom the provider knows but who fail the class's own conditions."""

    own_form = True
    """Whether the forms that log people in are on the hub's own pages."""

    @default("username_pattern")
    def _pattern(self) -> str:
        return names.PATTERN

    @default("allow_all")
    def _allow_all(self) -> bool:
        """The roster is the list. A class's own conditions (an organization, for example) come on top of it."""
        return True

    @default("manage_groups")
    def _manage_groups(self) -> bool:
        return True

    @default("auth_refresh_age")
    def _refresh_age(self) -> int:
        """Seconds for which a removed person's requests may still be answered. Asking the roster costs nothing."""
        return 5

    @default("auth_refresh_strict")
    def _refresh_strict(self) -> bool:
        """Without it tokens stay valid after `refresh_user` returned False."""
        return True

    def normalize_username(self, username: str) -> str:
        """Not the class's own rule: the provider may distinguish names that it would make equal."""
        return names.login(username)

    async def authenticate(self, handler: Any, data: Any) -> dict[str, Any] | None:
        """Turns the name at the identity provider (`login`) into the person's name here."""
        by_form = self.own_form and handler is not None
        if by_form and from_another_page(handler, context.current().settings.public_url):
            raise TurnedAway("This log-in came from a page that is not the hub's. Log in on the hub's own page.")
        # For unknown names too, or the response time would show who is listed.
        await context.current().keeper.fresh()
        found = await maybe_future(super().authenticate(handler, data))
        if found is None:
            return None
        model = dict(found) if isinstance(found, dict) else {"name": found}
        login = names.login(model["name"])
        # The class's own conditions (an organization, for example) apply to the provider's names, not to ours.
        if not await maybe_future(super().check_allowed(login, model)):
            self.log.warning("Not %s: %r", self.whose, login[:64])
            raise TurnedAway(f"{login} is not {self.whose}. {ASK}")
        person = context.current().keeper.by_login(login) or await self._let_in(login, model)
        if person is None:
            raise self.not_listed(login)
        model["name"] = person.name
        return model

    async def _let_in(self, login: str, model: dict[str, Any]) -> Person | None:
        """Somebody who is not on the roster."""
        current = context.current()
        door = Unlisted(current.settings.dynamic, self._kind, current.keeper.admitted)
        return await door.let_in(current.keeper.roster, login, model, self)

    async def fulfils(self, allow: Allow, login: str, model: Any) -> bool:
        """Whether somebody who is not on the roster fulfils one of the type's conditions. Most types have none."""
        return False

    def says(self, what: str, model: Any) -> Any:
        """What the identity provider says of them: a claim, or an attribute."""
        return None

    def groups_said(self, model: Any) -> list[str]:
        return []

    def check_allowed(self, username: str, authentication: Any = None) -> Any:
        """`authenticate` has checked the class's conditions; `check_blocked_users` always checks the roster."""
        return True

    def check_blocked_users(self, username: str, authentication: Any = None) -> bool:
        if context.current().keeper.get(username) is None:
            raise self.not_listed(username)
        return super().check_blocked_users(username, authentication)

    def not_listed(self, name: str) -> web.HTTPError:
        roster = context.current().keeper.roster
        self.log.warning("Not on the roster: %r", name[:64])
        if roster is None:
            return TurnedAway("The list of people could not be read yet. Try again in a moment.", 503)
        if roster.blocks(name) or roster.blocks(names.normalise(name)):
            return TurnedAway(f"{name} is blocked from this hub. {ASK}")
        return TurnedAway(f"{name} is not on the list of people who may use this hub. {ASK}")

    async def run_post_auth_hook(self, handler: Any, auth_model: Any) -> Any:
        model = await super().run_post_auth_hook(handler, auth_model)
        person = context.current().keeper.get(model["name"]) if model else None
        if person is None:
            return None
        row = handler.find_user(person.name) if handler else None
        if row and not await _taken_over(row, person, self._kind):
            # The row still belongs to the name's earlier holder, and so would a session that is given now.
            raise TurnedAway("Your place on this hub is being set up. Try again in a few seconds.", 503)
        # With None, admin would stay as it is. Roles from the provider would be rights that the roster did not give.
        return {
            **{key: value for key, value in model.items() if key != "roles"},
            "admin": person.admin,
            "groups": list(person.groups),
        }

    async def refresh_user(self, user: Any, handler: Any = None) -> Any:
        person = context.current().keeper.get(user.name)
        if person is None or not incarnation.proven(user, person, self._kind):
            return False
        found = await maybe_future(super().refresh_user(user, handler))
        if not found:
            return False
        groups = list(person.groups)
        if found is True and user.admin == person.admin and sorted(g.name for g in user.groups) == sorted(groups):
            # A dict would cause a write to the database, every few seconds for each person.
            return True
        return {
            **(found if isinstance(found, dict) else {}),
            "name": user.name,
            "admin": person.admin,
            "groups": groups,
        }

    def add_user(self, user: Any) -> Any:
        """Refuses names that are not listed, also in the admin panel.

        At start JupyterHub also calls it with each row of its database. Rows of removed people are kept on purpose; the
        reconciler takes away their rights.
        """
        if not isinstance(user, orm.User):
            person = context.current().keeper.get(user.name)
            if person is None:
                raise ValueError(f"{user.name} is not on the roster: people are added in the stack file")
            incarnation.begin(user, person, self._kind)
            user.db.commit()
        return super().add_user(user)

    @property
    def _kind(self) -> str:
        return context.current().settings.authentication


async def _taken_over(row: Any, person: Person, kind: str) -> bool:
    """Waits for the reconciler's next pass. @returns whether the row is this person's, with their present proof"""
    end = time.monotonic() + TAKEN_OVER_WITHIN
    while not incarnation.proven(row, person, kind):
        if time.monotonic() >= end:
            return False
        await asyncio.sleep(0.1)
    return True


class SlowedDown(Authenticator):
    """Put before a class that checks passwords that people chose: such passwords can be guessed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slowdown = Slowdown()

    async def authenticate(self, handler: Any, data: Any) -> Any:
        if not data or "username" not in data:
            return await maybe_future(super().authenticate(handler, data))
        name, source = names.login(data["username"]), source_of(handler, context.current().settings.forwarding)
        # Counted before the check, or attempts at the same time would get around the wait.
        self.slowdown.failed(name, source)
        try:
            await self.slowdown.wait(name, source)
        except Busy:
            raise TurnedAway("Too many attempts at once. Try again in a few seconds.", 429) from None
        found = await maybe_future(super().authenticate(handler, data))
        if found is None:
            raise TurnedAway("Wrong name or password.")
        self.slowdown.succeeded(name, source, attempt=True)
        return found


def from_another_page(handler: Any, public_url: str) -> bool:
    """Whether a form on somebody else's page was sent here. It could log people in to the attacker's account.

    JupyterHub's own check is too weak before a log-in: its token depends only on address and browser, so anybody who
    shares both has a valid one. The browser's Origin header tells where the form is.
    """
    origin = handler.request.headers.get("Origin")
    if handler.request.method != "POST" or origin is None:
        return False
    return urlsplit(origin).netloc not in {handler.request.host, urlsplit(public_url).netloc}


def source_of(handler: Any, forwarding: Forwarding) -> str:
    if handler is None:
        return ""
    return forwarding.source(handler.request.headers.get("X-Forwarded-For", ""), handler.request.remote_ip or "")
