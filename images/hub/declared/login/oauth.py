"""What the types have in common that redirect people to an identity provider."""

from __future__ import annotations

from typing import Any

from tornado.httpclient import HTTPClientError

from ..reader import Reader, SettingsError
from ..settings import Settings
from . import providers
from .authenticator import RosterMixin
from .turned_away import TurnedAway


class OAuthRosterMixin(RosterMixin):
    """Stores nothing from the provider: it is asked at log-in, and later the roster alone decides."""

    async def authenticate(self, handler: Any, data: Any = None, **kwargs: Any) -> dict[str, Any] | None:
        try:
            model = await super().authenticate(handler, data)
        except (HTTPClientError, OSError) as error:
            self.log.error("%s: %s", self.login_service, error)
            away = not isinstance(error, HTTPClientError) or error.code >= 500
            why = "does not answer at the moment" if away else "did not accept this log-in"
            raise TurnedAway(f"{self.login_service} {why}. Try again in a minute.", 503) from None
        # Whatever the class returns, none of it is stored.
        return model and {**model, "auth_state": None}

    async def get_user_groups(self, auth_state: Any) -> set[str]:
        """Groups come from the roster. The class would log an error, because it is not told where to find any."""
        return set()


def configure(chosen: Any, settings: Settings, given: Reader, secret: str) -> None:
    if not secret:
        raise SettingsError("JUPYTERHUB_AUTHENTICATION_SECRET is not set")
    chosen.client_id = given.take("clientId", str)
    chosen.client_secret = secret
    chosen.oauth_callback_url = settings.callback_url
    ca = providers.bundle(given.take("ca", str), settings)
    if ca:
        chosen.http_request_kwargs = {"ca_certs": ca}
