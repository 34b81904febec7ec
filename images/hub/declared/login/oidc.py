"""`authentication: {type: oidc}`: any provider that speaks OpenID Connect, found by its issuer."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import Any
from urllib.parse import quote, urlparse

from oauthenticator.generic import GenericOAuthenticator
from oauthenticator.oauth2 import OAuthLoginHandler
from tornado.httpclient import HTTPClientError
from traitlets import Set, Unicode

from ..dynamic import Allow
from ..reader import Reader
from ..settings import Settings
from . import oauth
from .turned_away import ASK, TurnedAway

FRESH = 3600.0
"""Seconds for which the provider's discovery document is used."""


class ProviderProblem(Exception):
    """The provider answers, but not as it should."""


class LoginHandler(OAuthLoginHandler):
    async def get(self) -> None:
        await self.authenticator.discover()
        super().get()


class OidcAuthenticator(GenericOAuthenticator):
    login_handler = LoginHandler

    issuer = Unicode(config=True, help="What the provider calls itself, and where it is described.")
    groups_claim = Unicode("groups", config=True, help="Where the provider says which groups somebody is in.")
    groups_that_may = Set(Unicode(), config=True, help="Besides being listed, people have to be in one of these.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._discovered = -FRESH
        self._discovering = asyncio.Lock()

    async def discover(self) -> None:
        """Gets the provider's URLs, at the first log-in, so that the hub also starts while the provider is down."""
        async with self._discovering:
            if time.monotonic() - self._discovered < FRESH:
                return
            url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            try:
                found = await self.httpfetch(
                    url, "describing the provider", method="GET", headers={"Accept": "application/json"}
                )
                self._use(found)
            except (ProviderProblem, HTTPClientError, OSError, ValueError) as error:
                self.log.error("%s: %s", url, error)
                raise TurnedAway(
                    f"{self.login_service} does not answer at the moment. Try again in a minute.", 503
                ) from None
            self._discovered = time.monotonic()

    def _use(self, found: Any) -> None:
        if not isinstance(found, dict) or found.get("issuer") != self.issuer:
            raise ProviderProblem(f"describes another issuer than {self.issuer}")
        secure = urlparse(self.issuer).scheme == "https"
        where: dict[str, Any] = {}
        for trait, key in (
            ("authorize_url", "authorization_endpoint"),
            ("token_url", "token_endpoint"),
            ("userdata_url", "userinfo_endpoint"),
        ):
            where[trait] = found.get(key)
            if not isinstance(where[trait], str) or (secure and urlparse(where[trait]).scheme != "https"):
                raise ProviderProblem(f"{key} is not an https address")
        for trait, url in where.items():
            setattr(self, trait, url)
        # The default, by the standard, where the provider names none.
        methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        self.basic_auth = "client_secret_basic" in methods

    def build_token_info_request_headers(self) -> dict[str, str]:
        """Id and secret are form-encoded before they are joined (RFC 6749, 2.3.1)."""
        headers = super().build_token_info_request_headers()
        if self.basic_auth:
            pair = f"{quote(self.client_id, safe='')}:{quote(self.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return headers

    async def authenticate(self, handler: Any, data: Any = None, **kwargs: Any) -> dict[str, Any] | None:
        await self.discover()
        return await super().authenticate(handler, data, **kwargs)

    def user_info_to_username(self, user_info: dict[str, Any]) -> str:
        name = user_info.get(self.username_claim)
        if isinstance(name, bool) or not isinstance(name, (str, int)) or name == "":
            self.log.error(
                "%s does not send the claim %s; it sends %s", self.login_service, self.username_claim, sorted(user_info)
            )
            raise TurnedAway(f"{self.login_service} does not say who you are ({self.username_claim}). {ASK}")
        # An unverified address may be somebody else's.
        if self.username_claim == "email" and user_info.get("email_verified") is not True:
            raise TurnedAway(f"{self.login_service} has not verified your e-mail address. {ASK}")
        return str(name)

    async def check_allowed(self, username: str, auth_model: Any) -> bool:
        return not self.groups_that_may or bool(self.groups_that_may & set(self.groups_of(auth_model)))

    def claim(self, name: str, model: Any) -> Any:
        return model["auth_state"][self.user_auth_state_key].get(name)

    def groups_of(self, model: Any) -> list[str]:
        groups = self.claim(self.groups_claim, model)
        return [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []


class OidcRosterAuthenticator(oauth.OAuthRosterMixin, OidcAuthenticator):
    whose = "in a group that may use this hub"

    def says(self, what: str, model: Any) -> Any:
        return self.claim(what, model)

    def groups_said(self, model: Any) -> list[str]:
        return self.groups_of(model)

    async def fulfils(self, allow: Allow, login: str, model: Any) -> bool:
        return (
            bool(set(allow.of("groups")) & set(self.groups_of(model)))
            or self._domain(model) in {domain.lower() for domain in allow.of("domains")}
            or any(set(values) & _values(self.claim(claim, model)) for claim, values in allow.claims.items())
        )

    def _domain(self, model: Any) -> str | None:
        """Of a verified e-mail address; an unverified one may be somebody else's."""
        address = self.claim("email", model)
        if not isinstance(address, str) or self.claim("email_verified", model) is not True:
            return None
        _, at, domain = address.rpartition("@")
        return domain.lower() if at else None


def _values(claim: Any) -> set[str]:
    """What a claim says, as the stack file would write it."""
    said = claim if isinstance(claim, list) else [claim]
    return {
        str(value).lower() if isinstance(value, bool) else str(value) for value in said if isinstance(value, (str, int))
    }


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    chosen = c.OidcRosterAuthenticator
    oauth.configure(chosen, settings, given, secret)
    chosen.issuer = given.take("issuer", str)
    chosen.login_service = given.take("label", str)
    chosen.username_claim = given.take("nameClaim", str)
    chosen.scope = given.texts("scopes")
    if settings.dynamic is not None and settings.dynamic.allow.of("domains") and "email" not in chosen.scope:
        chosen.scope = [*chosen.scope, "email"]
    chosen.groups_claim = given.take("groupsClaim", str)
    chosen.groups_that_may = set(given.texts("allowedGroups"))
    return OidcRosterAuthenticator
