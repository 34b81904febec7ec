"""The section `look` of the stack file. The Pulumi program has checked it; here only its form is."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from ..reader import Reader, SettingsError

LANGUAGES = ("auto", "en", "de", "fr")
LOGO_TYPES = {"": "", "png": "image/png", "svg": "image/svg+xml"}


@dataclass(frozen=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True)
class Announcement:
    text: str
    link: Link | None


@dataclass(frozen=True)
class Look:
    name: str
    logo_type: str
    """Media type; empty where the logo is JupyterHub's."""
    accent: str
    accent_text: str
    announcement: Announcement | None
    help: Link | None
    language: str

    @property
    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read(given: Reader) -> Look:
    look = Look(
        name=given.take("name", str),
        logo_type=LOGO_TYPES.get(given.take("logo", str), "?"),
        accent=_color(given, "accent"),
        accent_text=_color(given, "accentText"),
        announcement=_announcement(given.take("announcement", dict, type(None))),
        help=_link("look.help.", given.take("help", dict, type(None))),
        language=given.take("language", str),
    )
    if look.logo_type == "?" or look.language not in LANGUAGES:
        raise SettingsError("look.logo or look.language is none that this image knows")
    return look


def _color(given: Reader, key: str) -> str:
    """It stands in a style sheet, where nothing is escaped."""
    color: str = given.take(key, str)
    if not re.fullmatch("#[0-9a-f]{6}", color):
        raise SettingsError(f"look.{key} must be a color such as #0b5cad, not {color!r}")
    return color


def _announcement(given: dict[str, Any] | None) -> Announcement | None:
    if given is None:
        return None
    read = Reader("look.announcement.", given)
    found = Announcement(
        text=read.take("text", str), link=_link("look.announcement.link.", read.take("link", dict, type(None)))
    )
    read.done()
    return found


def _link(path: str, given: dict[str, Any] | None) -> Link | None:
    """A browser would run what stands behind `javascript:`."""
    if given is None:
        return None
    read = Reader(path, given)
    link = Link(text=read.take("text", str), url=read.take("url", str))
    read.done()
    if not re.match(r"(https?://|mailto:)", link.url, re.IGNORECASE):
        raise SettingsError(f"{path}url must begin with https://, http:// or mailto:")
    return link
