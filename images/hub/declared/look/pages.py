"""Answers with the logo, and tells the proxy how its own page looks. Both are for everybody, as the log-in page is."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jupyterhub.handlers import BaseHandler

from ..reader import SettingsError
from .section import Look

VARIABLE = "JUPYTERHUB_LOGO_"
"""Followed by a number from 0: the Base64 in pieces, because a variable holds 128 KiB."""

NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An SVG may hold scripts. Browsers run none in an image, and with this none where it is opened by itself either."""


@dataclass(frozen=True)
class Logo:
    type: str
    content: bytes

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def data_url(self) -> str:
        return f"data:{self.type};base64,{base64.b64encode(self.content).decode()}"


def logo(look: Look, env: Mapping[str, str] = os.environ) -> Logo | None:
    if not look.logo_type:
        return None
    pieces: list[str] = []
    while f"{VARIABLE}{len(pieces)}" in env:
        pieces.append(env[f"{VARIABLE}{len(pieces)}"])
    try:
        content = base64.b64decode("".join(pieces), validate=True)
    except binascii.Error:
        content = b""
    if not content:
        raise SettingsError(f"{VARIABLE}0 and those after it hold no logo")
    return Logo(look.logo_type, content)


class LogoPage(BaseHandler):
    def initialize(self, logo: Logo) -> None:
        self._logo = logo

    def get(self) -> None:
        self.set_header("Content-Type", self._logo.type)
        self.set_header("Content-Security-Policy", NOTHING_RUNS)
        self.set_header("X-Content-Type-Options", "nosniff")
        # Its address has the fingerprint in it.
        self.set_header("Cache-Control", "max-age=86400")
        self.finish(self._logo.content)


class LookPage(BaseHandler):
    """What the proxy keeps for the time when the hub is away (images/proxy)."""

    def initialize(self, look: Look, logo: Logo | None) -> None:
        self._answer = {**look.as_json, "logo": logo.data_url if logo else None}

    def get(self) -> None:
        self.set_header("Cache-Control", "no-cache")
        self.finish(self._answer)


def handlers(look: Look, logo: Logo | None) -> list[tuple[Any, ...]]:
    """They come before JupyterHub's own, which has a logo too."""
    own = [] if logo is None else [(r"/logo", LogoPage, {"logo": logo})]
    return [*own, (r"/look\.json", LookPage, {"look": look, "logo": logo})]


def template_vars(look: Look, logo: Logo | None) -> dict[str, Any]:
    return {"look": look, "logo_version": logo.fingerprint if logo else ""}
