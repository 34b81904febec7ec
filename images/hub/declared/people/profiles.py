"""What people may choose when they start a server: profiles, as the roster says them.

The Pulumi program has decided who may take which. The launcher, which makes the server, holds the same menus, so what
gets past the hub is refused there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..reader import Reader, SettingsError

SLUG = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 40
LONGEST_IMAGE = 60
"""Bytes of an image's key."""

MOST_GPUS = 64
MOST_NAMED = 20

WITHOUT_PROFILES = "default"
"""What a launcher calls the profile where the stack file has none."""

_IMAGE_FIELD = "image--"
"""Start of the form's fields for images; the profile's slug follows."""


class NotOffered(Exception):
    """The message is for whoever starts the server."""


@dataclass(frozen=True)
class Profile:
    slug: str
    display_name: str
    description: str
    images: tuple[str, ...] = ()
    """Keys of the images that can be chosen, the preselected one first; empty without a choice."""
    gpus: int = 0


@dataclass(frozen=True)
class Choice:
    """What a server is made of."""

    profile: Profile
    image: str = ""

    @property
    def options(self) -> dict[str, str]:
        """As JupyterHub keeps it (`user_options`)."""
        return {"profile": self.profile.slug, **({"image": self.image} if self.image else {})}

    @property
    def label(self) -> str:
        """As its container's label has it."""
        return "~".join(self.options.values())

    @property
    def segment(self) -> str:
        """As a part of a path."""
        return self.profile.slug + (f"~{self.image.encode().hex()}" if self.image else "")


@dataclass(frozen=True)
class Menu:
    """The profiles that somebody may take."""

    profiles: tuple[Profile, ...]
    default: Profile

    @property
    def default_first(self) -> tuple[Profile, ...]:
        """As the page has them."""
        return (self.default, *(profile for profile in self.profiles if profile != self.default))

    @property
    def leaves_a_choice(self) -> bool:
        return len(self.profiles) > 1 or bool(self.profiles[0].images)

    def get(self, slug: Any) -> Profile | None:
        return next((profile for profile in self.profiles if profile.slug == slug), None)

    def choose(self, asked: Mapping[str, Any], taken: Iterable[Mapping[str, Any]]) -> Choice:
        """@param taken what was taken before, the last first @raises NotOffered"""
        last = self.last(taken)
        slug, image = asked.get("profile", last.profile.slug), asked.get("image")
        profile = self.get(slug)
        if profile is None:
            raise NotOffered(f"may not take the profile {_shown(slug)}")
        if image is None:
            # What was taken with this profile, if anything was.
            image = self.last([before for before in taken if before.get("profile") == slug], profile).image
        elif image not in profile.images:
            raise NotOffered(f"may not choose the image {_shown(image)} for the profile {profile.slug}")
        return Choice(profile, image)

    def last(self, taken: Iterable[Mapping[str, Any]], otherwise: Profile | None = None) -> Choice:
        """What is preselected: the last that was taken and may still be."""
        for before in taken:
            profile = self.get(before.get("profile"))
            if profile is not None:
                image = before.get("image")
                return Choice(profile, image) if image in profile.images else _plain(profile)
        return _plain(otherwise or self.default)


def _plain(profile: Profile) -> Choice:
    return Choice(profile, profile.images[0] if profile.images else "")


def _shown(said: Any) -> str:
    """What somebody asked for may be anything."""
    good = isinstance(said, str) and len(said) <= LONGEST_IMAGE and said.isprintable()
    return said if good else "that was asked for"


def from_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """The options in a form: it has a field for the images of each profile, and each field is a list."""
    options = {key: value for key, value in form.items() if not key.startswith(_IMAGE_FIELD)}
    for key in ("profile", "image"):
        if key in options:
            options[key] = _one(options[key])
    chosen = form.get(f"{_IMAGE_FIELD}{options.get('profile')}")
    if chosen is not None:
        options["image"] = _one(chosen)
    return options


def _one(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


@dataclass(frozen=True)
class Offers:
    """What the roster offers besides a server for everybody."""

    profiles: tuple[Profile, ...] = ()
    menus: tuple[Menu, ...] = ()
    """Empty: there are no profiles."""
    others: int = 0
    """Menu of people who are not listed."""
    others_gpus: int = 0
    """GPUs of the pool for each of their servers, where the profile says nothing of any."""
    named_servers: int = 0
    """How many further servers a person may have."""


KEYS = frozenset({"profiles", "menus", "others", "othersGpus", "namedServers"})


def read(given: Mapping[str, Any]) -> Offers:
    """@param given the roster's keys of KEYS that are there @raises SettingsError"""
    one = Reader("", {"profiles": [], "menus": [], "others": 0, "othersGpus": 0, "namedServers": 0, **given})
    profiles = tuple(_profile(index, fields) for index, fields in enumerate(one.take("profiles", list)))
    menus = tuple(_menu(index, fields, profiles) for index, fields in enumerate(one.take("menus", list)))
    offers = Offers(
        profiles,
        menus,
        one.take("others", int),
        one.take("othersGpus", int),
        one.take("namedServers", int),
    )
    _require(len({profile.slug for profile in profiles}) == len(profiles), "two profiles with one slug")
    _require(bool(profiles) == bool(menus), "profiles and menus must be there together")
    _require(0 <= offers.others < max(len(menus), 1), "others must be one of the menus")
    _require(0 <= offers.others_gpus <= MOST_GPUS, "othersGpus must be a number of GPUs")
    _require(0 <= offers.named_servers <= MOST_NAMED, f"namedServers must be 0 to {MOST_NAMED}")
    return offers


def _profile(index: int, given: Any) -> Profile:
    path = f"profiles[{index}]"
    one = Reader(f"{path}.", {"images": [], "gpus": 0, **given} if isinstance(given, dict) else given)
    profile = Profile(
        one.take("slug", str),
        one.take("displayName", str),
        one.take("description", str),
        tuple(one.texts("images")),
        one.take("gpus", int),
    )
    one.done()
    _require(len(profile.slug) <= LONGEST_SLUG and SLUG.fullmatch(profile.slug) is not None, f"{path}.slug is none")
    _require(profile.display_name != "", f"{path}.displayName must not be empty")
    _require(len(set(profile.images)) == len(profile.images), f"{path}.images has one twice")
    _require(all(len(image.encode()) <= LONGEST_IMAGE for image in profile.images), f"{path}.images: too long")
    _require(0 <= profile.gpus <= MOST_GPUS, f"{path}.gpus must be a number of GPUs")
    return profile


def _menu(index: int, given: Any, profiles: tuple[Profile, ...]) -> Menu:
    path = f"menus[{index}]"
    one = Reader(f"{path}.", given)
    of, default = one.take("of", list), one.take("default", int)
    one.done()
    known = [at for at in of if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < len(profiles)]
    _require(bool(of) and len(set(known)) == len(of), f"{path}.of must be profiles, each once")
    _require(default in of, f"{path}.default must be one of them")
    return Menu(tuple(profiles[at] for at in of), profiles[default])


def _require(good: bool, what: str) -> None:
    if not good:
        raise SettingsError(what)
