"""`authentication: {type: custom}`: any of JupyterHub's authenticator classes, with the roster over it."""

from __future__ import annotations

import importlib
import json
from typing import Any

from jupyterhub.auth import Authenticator
from oauthenticator.oauth2 import OAuthenticator

from ..reader import Reader, SettingsError
from ..settings import Settings
from . import oauth
from .authenticator import RosterMixin, SlowedDown

THE_ROSTERS = {
    "admin_groups",
    "admin_users",
    "allow_all",
    "allow_existing_users",
    "auth_refresh_age",
    "auth_refresh_strict",
    "blocked_users",
    "delete_invalid_users",
    "manage_groups",
    "manage_roles",
    "post_auth_hook",
    "reset_managed_roles_on_startup",
    "username_map",
    "username_pattern",
}
"""Traits that would let people in, or give them rights, without the roster."""


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    found = _class(given.take("class", str))
    traits = {**given.take("config", dict), **_secret_traits(secret)}
    mixins = (oauth.OAuthRosterMixin,) if issubclass(found, OAuthenticator) else (RosterMixin, SlowedDown)
    chosen: Any = type("CustomRosterAuthenticator", (*mixins, found), {})
    known = chosen.class_traits(config=True)
    for name in traits:
        if name in THE_ROSTERS:
            raise SettingsError(f"authentication.config.{name} is decided by the list of people; leave it out")
        if name not in known:
            raise SettingsError(f"authentication.config.{name} is not a setting of {found.__name__}")
    if issubclass(found, OAuthenticator):
        traits.setdefault("oauth_callback_url", settings.callback_url)
    for name, value in traits.items():
        # YAML has no sets.
        c.CustomRosterAuthenticator[name] = set(value) if isinstance(value, list) and _wants_set(known[name]) else value
    # With an allow list, only those on it get in.
    c.CustomRosterAuthenticator.allow_all = not any(name.startswith("allow") for name in traits)
    return chosen


def _class(path: str) -> type[Authenticator]:
    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise SettingsError(f"authentication.class {path}: {error}; is its package in images.hub.pip?") from None
    if not (isinstance(found, type) and issubclass(found, Authenticator)):
        raise SettingsError(f"authentication.class {path} is not one of JupyterHub's authenticators")
    if any(base.__module__.startswith("ltiauthenticator.lti13") for base in found.__mro__):
        # It takes what anybody sends to the log-in page for what the platform has signed (lti.py).
        raise SettingsError(f"authentication.class {path}: take authentication.type lti")
    return found


def _secret_traits(secret: str) -> dict[str, Any]:
    try:
        found = json.loads(secret or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise SettingsError('authenticatorSecrets is not a JSON object, such as {"client_secret": "…"}')
    return found


def _wants_set(trait: Any) -> bool:
    return trait.__class__.__name__ == "Set"
