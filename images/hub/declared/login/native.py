"""`authentication: {type: native}`: people sign up with an invitation, and choose a password.

The invitation is the password that they would have with `type: password`. Only people who got it from the administrator
can take a listed name, so nothing needs approval afterwards. NativeAuthenticator's pages for approval are left out:
they approve with a GET, which any page can make an admin's browser send, and need the scope `admin:users`, which admins
do not have here.

Used of NativeAuthenticator are its table of accounts and its rules for passwords. An account belongs to its invitation.
A new invitation (`passwordVersion`) means a new account, so the old password no longer works.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import unicodedata
from dataclasses import dataclass, field, fields
from typing import Any

import bcrypt
from jupyterhub import orm
from jupyterhub.handlers import BaseHandler
from jupyterhub.handlers.login import LoginHandler
from jupyterhub.utils import new_token, url_path_join
from nativeauthenticator import NativeAuthenticator
from nativeauthenticator.orm import UserInfo
from traitlets import default

from .. import context
from ..people import passwords
from ..people.roster import Person
from ..reader import Reader
from ..settings import Settings
from .authenticator import HASHING_AT_ONCE, RosterMixin, SlowedDown, from_another_page, source_of
from .slowdown import Busy
from .turned_away import TurnedAway

PATH = "/signup"

ROUNDS = 12
"""Cost of bcrypt: a guess takes a fifth of a second."""


@dataclass(frozen=True)
class Form:
    username: str
    shown: str = field(repr=False)
    """The invitation, or the present password."""
    password: str = field(repr=False)
    again: str = field(repr=False)


class Declined(Exception):
    """The form shows the message."""


class InvitedAuthenticator(NativeAuthenticator):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._hashing = asyncio.Semaphore(HASHING_AT_ONCE)
        # Checked where there is no account, so that an unknown name takes as long as a known one.
        self._nobody = bcrypt.hashpw(b"nobody's", bcrypt.gensalt(ROUNDS))

    @default("minimum_password_length")
    def _at_least(self) -> int:
        return 12

    @default("check_common_password")
    def _no_common_one(self) -> bool:
        return True

    def get_handlers(self, app: Any) -> list[Any]:
        return [(r"/login", LoginHandler), (PATH, SignUpHandler)]

    def validate_username(self, username: str) -> bool:
        """Not the class's own rule, which refuses spaces: a listed name may have some."""
        return context.current().keeper.get(username) is not None

    def get_user(self, username: str) -> UserInfo | None:
        """The account that belongs to this login."""
        person = context.current().keeper.by_login(self.normalize_username(username))
        return _account(self._deprecated_db_session, person)

    async def authenticate(self, handler: Any, data: Any) -> dict[str, Any] | str | None:
        account = self.get_user(data["username"])
        return (
            self.normalize_username(data["username"]) if await self._fits(data.get("password", ""), account) else None
        )

    async def _fits(self, password: str, account: UserInfo | None) -> bool:
        kept = account.password if account else self._nobody
        async with self._hashing:
            good = await asyncio.to_thread(bcrypt.checkpw, _prepared(password), kept)
        return good and account is not None


class NativeRosterAuthenticator(RosterMixin, SlowedDown, InvitedAuthenticator):
    """`authentication: {type: native}`"""

    async def choose(self, handler: Any, form: Form) -> None:
        """Sets a password for somebody who has the invitation or the present password. @raises Declined"""
        await context.current().keeper.fresh()
        login = self.normalize_username(form.username)
        person = context.current().keeper.by_login(login)
        invited = passwords.matches(form.shown.strip(), person.password if person else None)
        account = self.get_user(login)
        if not invited:
            await self._prove(login, source_of(handler, context.current().settings.forwarding), form.shown, account)
        elif account is not None:
            raise Declined(
                "This invitation was used already. "
                "Log in, or take the password that you have in its place to choose another."
            )
        if form.password != form.again:
            raise Declined("The two new passwords are not the same.")
        if not self.is_password_strong(form.password):
            raise Declined(
                f"Choose another password: at least {self.minimum_password_length} characters, "
                "and none of those that everybody knows."
            )
        async with self._hashing:
            hashed = await asyncio.to_thread(bcrypt.hashpw, _prepared(form.password), bcrypt.gensalt(ROUNDS))
        self._keep(login, person, hashed, first=invited)

    async def _prove(self, login: str, source: str, shown: str, account: UserInfo | None) -> None:
        # Counted before the check, as at a log-in.
        self.slowdown.failed(login, source)
        try:
            await self.slowdown.wait(login, source)
        except Busy:
            raise TurnedAway("Too many attempts at once. Try again in a few seconds.", 429) from None
        if not await self._fits(shown, account):
            # The same for every name, or the form would tell a stranger who is on the list.
            raise Declined("This is not an invitation for this name.")
        self.slowdown.succeeded(login, source, attempt=True)

    def _keep(self, login: str, shown_by: Person | None, hashed: bytes, first: bool) -> None:
        """Checks again: while the password was hashed the list or the account may have changed."""
        db = self._deprecated_db_session
        person = context.current().keeper.by_login(login)
        account = _account(db, person)
        if person is None or shown_by is None or _key(person) != _key(shown_by) or (account is not None) == first:
            raise Declined("Somebody changed this at the same moment. Try again.")
        if account is None:
            db.add(UserInfo(username=_key(person), password=hashed, is_authorized=True))
        else:
            account.password = hashed
            row = orm.User.find(db, person.name)
            if row:
                # Ends the sessions of the old password. The prefix says whose row it is (people/incarnation.py).
                row.cookie_id = f"{row.cookie_id.rpartition(':')[0]}:{new_token()}"
        db.commit()
        self.log.info("%s chose a password", person.name)


def _account(db: Any, person: Person | None) -> UserInfo | None:
    return None if person is None or person.password is None else UserInfo.find(db, _key(person))


def _key(person: Person) -> str:
    """Replaces the name in NativeAuthenticator's table: a hash of name and invitation that reveals neither."""
    return hashlib.sha256(f"{person.name}\0{person.password}".encode()).hexdigest()


def _prepared(password: str) -> bytes:
    """Normalised, because keyboards compose letters differently; hashed, because bcrypt refuses more than 72 bytes."""
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "replace")
    return base64.b64encode(hashlib.sha256(typed).digest())


class SignUpHandler(BaseHandler):
    async def get(self) -> None:
        await self._show()

    async def post(self) -> None:
        if from_another_page(self, context.current().settings.public_url):
            raise TurnedAway("This came from a page that is not the hub's. Open the hub's own page.")
        form = Form(*(self.get_body_argument(field.name, "", strip=False) for field in fields(Form)))
        try:
            await self.authenticator.choose(self, form)
        except Declined as declined:
            self.set_status(403)
            await self._show(form.username, said=str(declined))
        else:
            await self._show(form.username, done=True)

    async def _show(self, username: str = "", said: str = "", done: bool = False) -> None:
        self.finish(
            await self.render_template(
                "signup.html",
                username=username,
                said=said,
                done=done,
                shortest=self.authenticator.minimum_password_length,
            )
        )


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    address = url_path_join(settings.base_url, "hub", PATH)
    c.JupyterHub.template_vars.update(
        {"announcement_login": f'<a href="{address}">Sign up</a> with your invitation, or choose another password.'}
    )
    return NativeRosterAuthenticator
