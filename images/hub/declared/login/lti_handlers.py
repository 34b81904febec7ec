"""The steps of a launch from a learning platform (LTI 1.3), as far as the hub takes part.

1. The platform sends the browser to LoginHandler, which sends it back with a state and a nonce.
2. The platform sends it to CallbackHandler with a signed token that says who it is and where to go.

The cookie of step 1 has to come along with a form of another site, so it is `SameSite=None; Secure`.
"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from jupyterhub.handlers import BaseHandler
from jupyterhub.utils import new_token
from ltiauthenticator.lti13.error import ValidationError
from ltiauthenticator.lti13.handlers import LTI13CallbackHandler, LTI13LoginInitHandler
from ltiauthenticator.lti13.validator import LTI13LaunchValidator
from tornado import web

from .turned_away import ASK, TurnedAway

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"

BEGUN_WITHIN = 600
"""Seconds from the first step to the second, and for which a token is good."""

LEEWAY = 60
"""Seconds that the platform's clock may differ."""

ASKED = ("iss", "login_hint", "target_link_uri", "client_id", "lti_message_hint", "lti_deployment_id")
"""What a platform begins a launch with."""

FRAMES = {"iframe", "frame", "embed", "object"}


class _Cookies(BaseHandler):
    """Each launch has cookies of its own, so that two links can be opened at the same time."""

    def _state_of_launch(self) -> str:
        raise NotImplementedError

    def _options(self) -> dict[str, Any]:
        path = self.authenticator.callback_url(self.hub.base_url)
        return {"path": path, "secure": True, "httponly": True, "samesite": "None"}

    def _named(self, key: str) -> str:
        return f"{key}-{hashlib.sha256(self._state_of_launch().encode()).hexdigest()[:16]}"

    def _set_oauth_cookie(self, key: str, value: str) -> None:
        self._set_cookie(
            self._named(key), value, encrypted=True, expires_days=None, max_age=BEGUN_WITHIN, **self._options()
        )

    def _get_oauth_cookie(self, key: str) -> str:
        name = self._named(key)
        found = self.get_secure_cookie(name, max_age_days=BEGUN_WITHIN / 86_400) or b""
        self.clear_cookie(name, **self._options())
        return bytes(found).decode()


class LoginHandler(_Cookies, LTI13LoginInitHandler):
    _state: str | None = None

    async def post(self) -> None:
        given = {key: self.get_argument(key, "") for key in ASKED}
        clients, client = self.authenticator.client_id, given["client_id"]
        if client == "" and len(clients) == 1:
            (client,) = clients
        if given["iss"] != self.authenticator.issuer or client not in clients or given["login_hint"] == "":
            if given["iss"] != "":
                self.log.warning("A launch of %.100r, client %.100r, is not this hub's", given["iss"], client)
            raise TurnedAway(self.authenticator.open_from_there, 400)
        if self.request.headers.get("Sec-Fetch-Dest") in FRAMES:
            await self._leave_the_frame(given)
            return
        state = self.generate_state()
        self.authorize_redirect(
            redirect_uri=self.authenticator.redirect_uri,
            login_hint=given["login_hint"],
            nonce=self.generate_nonce(),
            client_id=client,
            state=state,
            lti_message_hint=given["lti_message_hint"] or None,
        )

    get = post

    async def _leave_the_frame(self, given: dict[str, str]) -> None:
        """Browsers keep no cookies there, and the hub's pages are in no frame. This page alone is, with one button."""
        # No form-action: browsers hold it against the platform's address too, where the hub sends them next.
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.finish(await self.render_template("new_window.html", address=self.request.path, given=given))

    def get_state(self) -> str:
        """Where to go is not in it, as it is in the library's: what begins a launch anybody can have written."""
        if self._state is None:
            self._state = new_token()
        return self._state

    def _state_of_launch(self) -> str:
        return self.get_state()


class Launch(dict[str, Any]):
    """Claims of a token that was checked.

    Only CallbackHandler makes one. JupyterHub also passes what forms and its API's callers send to `authenticate`, and
    the library would take that for claims.
    """


class CallbackHandler(_Cookies, LTI13CallbackHandler):
    async def post(self) -> None:
        try:
            launch = await self._launch()
        except TurnedAway:
            raise
        except (web.HTTPError, ValidationError) as error:
            # Without what the token says: anybody can have written it.
            self.log.warning("A launch was refused: %.200s", error)
            raise TurnedAway(f"The log-in was not finished. {self.authenticator.open_from_there}", 400) from None
        to = self._destination(launch)
        user = await self.login_user(launch)
        if user is None:
            raise TurnedAway(f"The log-in was not finished. {self.authenticator.open_from_there}")
        self.redirect(to or self.get_next_url(user))

    async def _launch(self) -> Launch:
        authenticator = self.authenticator
        validator = LTI13LaunchValidator(parent=self.app, time_leeway=LEEWAY, max_age=BEGUN_WITHIN)
        args = {key: self.get_argument(key, "") for key in ("id_token", "state")}
        validator.validate_auth_response(args)
        self.check_state()
        claims = await authenticator.decode(args["id_token"], LEEWAY)
        if claims.get(f"{CLAIM}message_type") == "LtiDeepLinkingRequest":
            raise TurnedAway(
                "This hub has no list of contents to choose from. Write the address of a page of the hub into the "
                "link itself.",
                400,
            )
        try:
            validator.validate_id_token(claims)
            validator.validate_azp_claim(claims, authenticator.client_id)
        except (AttributeError, TypeError) as error:
            raise ValidationError(f"a claim is of another form than the standard says: {error}") from None
        self.check_nonce(claims)
        authenticator.check_deployment(claims)
        authenticator.once(claims["nonce"])
        return Launch(claims)

    def _state_of_launch(self) -> str:
        return str(self._get_state_from_url())

    def get_next_url(self, user: Any = None, default: Any = None) -> str:
        """The library's own way on is in the state, which does not say it here."""
        return str(BaseHandler.get_next_url(self, user, default))

    def _destination(self, launch: Launch) -> str | None:
        """Where the signed token leads to. @raises TurnedAway for an address that is not the hub's"""
        custom = launch.get(f"{CLAIM}custom")
        named = custom.get("next") if isinstance(custom, dict) else None
        public = self.authenticator.public_url
        link = urlsplit(urljoin(public, str(named or launch[f"{CLAIM}target_link_uri"]).strip()))
        if not named and (inner := parse_qs(link.query).get("next")) and link.netloc == urlsplit(public).netloc:
            link = urlsplit(urljoin(public, inner[0]))
        path = "/" + link.path.lstrip("/")
        here = link.scheme in ("http", "https") and link.netloc == urlsplit(public).netloc
        if not (here and f"{path}/".startswith(self.base_url)):
            self.log.warning("A launch leads to %.200r, which is not the hub's", link.geturl())
            raise TurnedAway(f"This link leads to another place than this hub. {ASK}", 400)
        hub = self.hub.base_url
        if path.rstrip("/") in {self.base_url.rstrip("/"), hub.rstrip("/"), f"{hub}login"} or path.startswith(
            f"{hub}lti13/"
        ):
            return None
        return self._validate_next_url(link._replace(scheme="", netloc="", path=path).geturl()) or None


class ConfigHandler(BaseHandler):
    """What platforms read that register a tool by an address. The library's also asks for grades and names of a class.

    Nothing of a request is in it: somebody may have sent another Host.
    """

    def get(self) -> None:
        authenticator = self.authenticator
        link = {"message_type": "LtiResourceLinkRequest", "target_link_uri": authenticator.public_url}
        placements = [
            {"placement": "course_navigation", "windowTarget": "_blank", **link},
            {"placement": "assignment_selection", **link},
        ]
        platform = "canvas.instructure.com"
        self.finish(
            {
                "title": authenticator.tool_name,
                "description": authenticator.tool_description,
                "target_link_uri": authenticator.public_url,
                "oidc_initiation_url": authenticator.login_url(f"{authenticator.public_url}hub"),
                "redirect_uris": [authenticator.redirect_uri],
                "scopes": [],
                "extensions": [
                    {
                        "platform": platform,
                        "privacy_level": "public",
                        "settings": {"platform": platform, "placements": placements},
                    }
                ],
            }
        )
