"""`authentication: {type: dummy}`: a listed name is enough. For trials on one machine."""

from __future__ import annotations

from typing import Any

from jupyterhub.auth import DummyAuthenticator

from ..reader import Reader
from ..settings import Settings
from .authenticator import RosterMixin


class DummyRosterAuthenticator(RosterMixin, DummyAuthenticator):
    pass


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    return DummyRosterAuthenticator
