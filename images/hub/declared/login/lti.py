"""`authentication: {type: lti}`: people come from a course at a learning platform, by LTI 1.3.

Of LTI13Authenticator are the steps of a launch and the checks of what has to be in a token. Beside it are here: keys
that are kept for a while (lti_keys.py), and what it leaves open (lti_handlers.py).
"""

from __future__ import annotations

import html
import time
from typing import Any

import jwt
from ltiauthenticator.lti13.auth import LTI13Authenticator
from ltiauthenticator.lti13.constants import LTI13_CUSTOM_CLAIM
from ltiauthenticator.lti13.error import InvalidAudienceError, TokenError
from traitlets import Set, Unicode

from ..dynamic import Allow
from ..look.language import t
from ..reader import Reader, SettingsError
from ..settings import Settings
from . import providers
from .authenticator import RosterMixin
from .lti_handlers import BEGUN_WITHIN, CLAIM, LEEWAY, CallbackHandler, ConfigHandler, Launch, LoginHandler
from .lti_keys import Keys, PlatformAway
from .turned_away import ASK, TurnedAway

CUSTOM = "custom_"
"""`nameClaim: custom_x` is the parameter x that the tool is registered with."""

PAGE = """
<div class="text-center">
  {% if login_error %}<p class="login_error">{{ login_error | e }}</p>{% endif %}
  {# JupyterHub's script looks for it. There is no password here to be warned about. #}
  <span id="insecure-login-warning" class="hidden"></span>
  <p>WHERE</p>
</div>
"""


class LtiAuthenticator(LTI13Authenticator):
    login_handler = LoginHandler
    callback_handler = CallbackHandler
    config_handler = ConfigHandler

    login_service = Unicode(config=True, help="What the platform is called on the hub's pages.")
    public_url = Unicode(config=True, help="Where people open the hub.")
    deployment_ids = Set(Unicode(), config=True, help="Where the platform may have put the tool; empty: anywhere.")
    ca_file = Unicode(None, allow_none=True, config=True, help="Authorities that signed the platform's certificate.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._keys = Keys(self.jwks_endpoint, self.ca_file)
        self._nonces: dict[str, float] = {}

    @property
    def redirect_uri(self) -> str:
        """As it is registered. A request's own Host header may be anybody's."""
        return str(self.callback_url(f"{self.public_url}hub"))

    @property
    def open_from_there(self) -> str:
        return f"Open this hub from a course on {self.login_service}."

    def get_custom_html(self, base_url: str) -> str:
        """A log-in begins at the platform. JupyterHub renders this apart from the other templates."""
        return PAGE.replace("WHERE", html.escape(t(self.open_from_there)).replace("{", "&#123;"))

    async def decode(self, token: str, leeway: int) -> dict[str, Any]:
        """The claims of a token that the platform has signed for this hub. @raises TokenError"""
        try:
            key = await self._keys.find(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                raise TokenError("signed with none of the platform's keys")
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=self.jwks_algorithms,
                audience=self.client_id,
                issuer=self.issuer,
                leeway=leeway,
                options={"require": ["exp", "iat", "nonce"]},
            )
        except PlatformAway as error:
            self.log.error("%s", error)
            raise TurnedAway(
                f"{self.login_service} does not answer at the moment. Try again in a minute.", 503
            ) from None
        except jwt.InvalidAudienceError as error:
            raise InvalidAudienceError(str(error)) from None
        except jwt.PyJWTError as error:
            raise TokenError(str(error)) from None
        return claims

    def check_deployment(self, claims: dict[str, Any]) -> None:
        """@raises TokenError"""
        if self.deployment_ids and str(claims[f"{CLAIM}deployment_id"]) not in self.deployment_ids:
            raise TokenError("of another deployment")

    def once(self, nonce: str) -> None:
        """@raises TokenError where it was there before. After this time its token is too old anyhow."""
        now = time.monotonic()
        self._nonces = {seen: end for seen, end in self._nonces.items() if end > now}
        if nonce in self._nonces:
            raise TokenError("came before")
        self._nonces[nonce] = now + BEGUN_WITHIN + 2 * LEEWAY

    async def authenticate(self, handler: Any, data: Any = None) -> dict[str, Any] | None:
        if not isinstance(data, Launch):
            raise TurnedAway(self.open_from_there)
        model: dict[str, Any] = await super().authenticate(handler, data)
        return model

    def get_username(self, token: dict[str, Any]) -> str:
        """The library takes `sub` where the claim is missing, and somebody else may be listed by that."""
        name = self.claim(self.username_key, token)
        if isinstance(name, bool) or not isinstance(name, (str, int)) or name == "":
            self.log.error("%s does not send %s", self.login_service, self.username_key)
            raise TurnedAway(f"{self.login_service} does not say who you are ({self.username_key}). {ASK}")
        # Platforms seldom say it. Where one does, an unverified address may be somebody else's.
        if self.username_key == "email" and token.get("email_verified", True) is not True:
            raise TurnedAway(f"{self.login_service} has not verified your e-mail address. {ASK}")
        return str(name)

    def claim(self, name: str, claims: dict[str, Any]) -> Any:
        if not name.startswith(CUSTOM):
            return claims.get(name)
        custom = claims.get(LTI13_CUSTOM_CLAIM)
        return custom.get(name.removeprefix(CUSTOM)) if isinstance(custom, dict) else None


class LtiRosterAuthenticator(RosterMixin, LtiAuthenticator):
    own_form = False

    async def authenticate(self, handler: Any, data: Any = None) -> dict[str, Any] | None:
        model = await super().authenticate(handler, data)
        # The claims decide now, and nothing of them is stored.
        return model and {**model, "auth_state": None}

    async def fulfils(self, allow: Allow, login: str, model: Any) -> bool:
        course = model["auth_state"].get(f"{CLAIM}context")
        return isinstance(course, dict) and course.get("id") in allow.of("courses")


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    chosen = c.LtiRosterAuthenticator
    chosen.public_url = settings.public_url
    chosen.tool_name = settings.look.name
    chosen.issuer = given.take("issuer", str)
    chosen.client_id = set(given.texts("clientIds"))
    if not chosen.client_id:
        raise SettingsError("authentication.clientIds must not be empty")
    chosen.deployment_ids = set(given.texts("deploymentIds"))
    chosen.authorize_url = given.take("authorizeUrl", str)
    chosen.jwks_endpoint = given.take("keysUrl", str)
    chosen.login_service = given.take("label", str)
    chosen.username_key = given.take("nameClaim", str)
    ca = providers.bundle(given.take("ca", str), settings)
    if ca:
        chosen.ca_file = ca
    return LtiRosterAuthenticator
