"""`authentication: {type: anonymous}`: whoever comes gets a server for a while, with one click and without a name.

The guest's session is the only way back. When it ends, or the server does, nothing of the guest is left (guests.py).
"""

from __future__ import annotations

import base64
import secrets
from typing import Any
from urllib.parse import urlsplit

from jupyterhub.auth import Authenticator
from jupyterhub.handlers.login import LoginHandler
from jupyterhub.utils import url_path_join

from .. import context
from ..look.language import t
from ..people.admitted import Admission, NotAdmitted
from ..people.roster import Person
from ..reader import Reader, SettingsError
from ..settings import Settings
from .authenticator import RosterMixin
from .turned_away import TurnedAway

RANDOM_BYTES = 10
"""80 bits: nobody guesses a guest's name, and none comes twice."""

MOST = 1000
"""Guests at the same time, where `hub.activeServers` sets no limit."""

PROMISE = "You get a server of your own for a while. It and all that is in it are deleted when it stops."

PAGE = """
<form action="{{ authenticator_login_url | e }}" method="post" role="form" class="text-center">
  {% if login_error %}<p class="login_error">{{ login_error | e }}</p>{% endif %}
  <input type="hidden" name="_xsrf" value="{{ xsrf | e }}" />
  {# JupyterHub's script looks for it. There is no password here to be warned about. #}
  <span id="insecure-login-warning" class="hidden"></span>
  <p>PROMISE</p>
  <button id="start" type="submit" class="btn btn-jupyter btn-lg">START</button>
</form>
"""


class GuestLoginHandler(LoginHandler):
    def get_next_url(self, user: Any = None, default: Any = None) -> str:
        """A link to the server of an earlier guest leads to a new server: nobody comes back to the old one."""
        url: str = super().get_next_url(user, default)
        theirs = url_path_join(self.base_url, "user", "/")
        if user is not None and urlsplit(url).path.startswith(theirs) and not url.startswith(user.base_url):
            return url_path_join(self.hub.base_url, "spawn")
        return url


class GuestAuthenticator(Authenticator):
    def get_custom_html(self, base_url: str) -> str:
        """In the language of the page: JupyterHub renders this apart from the other templates."""
        return PAGE.replace("PROMISE", t(PROMISE)).replace("START", t("Start"))

    def get_handlers(self, app: Any) -> list[Any]:
        return [(r"/login", GuestLoginHandler)]

    async def authenticate(self, handler: Any, data: Any) -> dict[str, Any] | str | None:
        # Somebody who presses the button twice is one guest.
        user = handler.current_user if handler is not None else None
        if user is not None and user.name in context.current().keeper.admitted.guests:
            return str(user.name)
        return f"guest-{base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().lower()}"


class AnonymousRosterAuthenticator(RosterMixin, GuestAuthenticator):
    async def _let_in(self, login: str, model: dict[str, Any]) -> Person | None:
        current = context.current()
        admitted, dynamic = current.keeper.admitted, current.settings.dynamic
        if current.keeper.roster is None or dynamic is None:
            return None
        guests = admitted.guests
        if login not in guests and len(guests) >= (current.settings.hub.active_servers or MOST):
            raise TurnedAway("All servers are in use at the moment. Try again in a few minutes.", 429)
        try:
            return admitted.admit(login, Admission(login, dynamic.fingerprint(self._kind), guest=True))
        except NotAdmitted as problem:
            raise TurnedAway(str(problem)) from None


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    if settings.dynamic is None:
        raise SettingsError("authentication anonymous needs spawning: dynamic")
    # Nobody can come back to it.
    c.JupyterHub.shutdown_on_logout = True
    return AnonymousRosterAuthenticator
