"""Who gets in: the roster's people, whoever it is that checks their identity.

`RosterMixin` stands before any of JupyterHub's authenticator classes. Identity is theirs; whether somebody is let in,
under which name, as an admin or not, and in which groups, is the roster's alone. It is asked in `check_blocked_users`
because that is called for everybody: `check_allowed` is left out under `allow_all`, and for admins of some providers.
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
from ..people import incarnation
from ..people.roster import Person
from .slowdown import Busy, Slowdown

TAKEN_OVER_WITHIN = 10.0
"""Seconds for which a log-in waits until a row that was somebody else's is this person's."""

HASHING_AT_ONCE = 2
"""Passwords that people chose take time and memory to check; more of them wait."""

ASK = "Ask whoever looks after this hub."


class RosterMixin(Authenticator):
    """Put before an Authenticator class: `class Listed(RosterMixin, GitHubOAuthenticator)`."""

    whose = "those who may use this hub"
    """Of what somebody is not who is known to the provider and fails the class's own conditions."""

    @default("username_pattern")
    def _pattern(self) -> str:
        return names.PATTERN

    @default("allow_all")
    def _allow_all(self) -> bool:
        """The roster is the list; a class's own conditions (an organisation, say) can be set on top of it."""
        return True

    @default("manage_groups")
    def _manage_groups(self) -> bool:
        return True

    @default("auth_refresh_age")
    def _refresh_age(self) -> int:
        """Asking the roster costs nothing, and this is how long a removed person's request may still be answered."""
        return 5

    @default("auth_refresh_strict")
    def _refresh_strict(self) -> bool:
        """Without it a token goes on answering after `refresh_user` said no."""
        return True

    def normalize_username(self, username: str) -> str:
        """Without the class's own: a name at the provider is compared as strictly as it may matter, and ours is as it
        is.
        """
        return names.login(username)

    async def authenticate(self, handler: Any, data: Any) -> dict[str, Any] | None:
        """Their name at the identity provider becomes their name here. Only a login leads to a person: not a name."""
        if handler is not None and from_another_page(handler):
            raise TurnedAway("This log-in came from a page that is not the hub's. Log in on the hub's own page.")
        # for every name alike, or the time it takes would tell who is listed
        await context.current().keeper.fresh()
        found = await maybe_future(super().authenticate(handler, data))
        if found is None:
            return None
        model = dict(found) if isinstance(found, dict) else {"name": found}
        login = names.login(model["name"])
        # conditions of the class's own (an organisation, say) are about their names, not ours
        if not await maybe_future(super().check_allowed(login, model)):
            self.log.warning("Not of %s: %r", self.whose, login[:64])
            raise TurnedAway(f"{login} is not of {self.whose}. {ASK}")
        person = context.current().keeper.by_login(login)
        if person is None:
            raise self.not_listed(login)
        model["name"] = person.name
        return model

    def check_allowed(self, username: str, authentication: Any = None) -> Any:
        """Asked in `authenticate` already, and the roster by `check_blocked_users`, which cannot be left out."""
        return True

    def check_blocked_users(self, username: str, authentication: Any = None) -> bool:
        if context.current().keeper.get(username) is None:
            raise self.not_listed(username)
        return super().check_blocked_users(username, authentication)

    def not_listed(self, name: str) -> web.HTTPError:
        self.log.warning("Not on the roster: %r", name[:64])
        if context.current().keeper.roster is None:
            return TurnedAway("The list of people could not be read yet. Try again in a moment.", 503)
        return TurnedAway(f"{name} is not on the list of people who may use this hub. {ASK}")

    async def run_post_auth_hook(self, handler: Any, auth_model: Any) -> Any:
        model = await super().run_post_auth_hook(handler, auth_model)
        person = context.current().keeper.get(model["name"]) if model else None
        if person is None:
            return None
        row = handler.find_user(person.name) if handler else None
        if row and not await _taken_over(row, person):
            # the reconciler takes it from whoever had the name before; a session given now would be theirs
            raise TurnedAway("Your place on this hub is being set up. Try again in a few seconds.", 503)
        # None would leave admin as it is; roles of the provider's would be rights of its own
        return {
            **{key: value for key, value in model.items() if key != "roles"},
            "admin": person.admin,
            "groups": list(person.groups),
        }

    async def refresh_user(self, user: Any, handler: Any = None) -> Any:
        person = context.current().keeper.get(user.name)
        if person is None or not incarnation.proven(user, person, _kind()):
            return False
        found = await maybe_future(super().refresh_user(user, handler))
        if not found:
            return False
        groups = list(person.groups)
        if found is True and user.admin == person.admin and sorted(g.name for g in user.groups) == sorted(groups):
            # a dict would be written to the database, every few seconds for everybody
            return True
        return {
            **(found if isinstance(found, dict) else {}),
            "name": user.name,
            "admin": person.admin,
            "groups": groups,
        }

    def add_user(self, user: Any) -> Any:
        """Refuses names that are not listed, also in the admin panel.

        JupyterHub calls it for every row of its database when it starts, too, with the bare row: those of removed
        people are kept on purpose, and their rights are taken away elsewhere.
        """
        if not isinstance(user, orm.User):
            person = context.current().keeper.get(user.name)
            if person is None:
                raise ValueError(f"{user.name} is not on the roster: people are added in the stack file")
            incarnation.begin(user, person, _kind())
            user.db.commit()
        return super().add_user(user)


def _kind() -> str:
    return context.current().settings.authentication


async def _taken_over(row: Any, person: Person) -> bool:
    """Whether the row is this person's, for what they have just shown; the reconciler's next pass is waited for."""
    end = time.monotonic() + TAKEN_OVER_WITHIN
    while not incarnation.proven(row, person, _kind()):
        if time.monotonic() >= end:
            return False
        await asyncio.sleep(0.1)
    return True


class SlowedDown(Authenticator):
    """Put before a class that checks passwords that people chose, and that are guessed, therefore."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slowdown = Slowdown()

    async def authenticate(self, handler: Any, data: Any) -> Any:
        if not data or "username" not in data:
            return await maybe_future(super().authenticate(handler, data))
        name, source = names.login(data["username"]), source_of(handler)
        # before it is known, or attempts at the same time would be a way around the wait
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


def from_another_page(handler: Any) -> bool:
    """Whether a form on a page of somebody else's was sent here, which would log people in as them.

    JupyterHub's own check is not enough before a log-in: its token then depends on nothing but address and browser, so
    that who shares both can have one. A browser says with each form where it comes from.
    """
    origin = handler.request.headers.get("Origin")
    if handler.request.method != "POST" or origin is None:
        return False
    return urlsplit(origin).netloc not in {handler.request.host, urlsplit(context.current().settings.public_url).netloc}


def source_of(handler: Any) -> str:
    if handler is None:
        return ""
    forwarding = context.current().settings.forwarding
    return forwarding.source(handler.request.headers.get("X-Forwarded-For", ""), handler.request.remote_ip or "")


class TurnedAway(web.HTTPError):
    """Somebody is not let in; the page says why."""

    turned_away = True
    """For the page, see templates/error.html."""

    def __init__(self, message: str, status: int = 403) -> None:
        # the message is a format string to tornado
        super().__init__(status, "%s", message)
        self.jupyterhub_message = message
