"""The roster: who is let in. It is a label of a container that never runs.

It is parsed strictly. A roster with anything unknown in it is not used, because the unknown part may be the one that
keeps somebody out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .. import names
from ..reader import SettingsError
from . import passwords, profiles
from .profiles import Menu, Offers

LABEL = "jupyterhub.roster"
LIFECYCLES = ("on-demand", "always-on")
_FIELDS = {
    "container",
    "admin",
    "groups",
    "login",
    "password",
    "lifecycle",
    "incarnation",
    "idle",
    "blocked",
    "menu",
    "gpus",
}
_IDLE = {"cullAfter", "maxAge"}
_KEYS = {"people", "blocked", "schedule", *profiles.KEYS}


class RosterError(ValueError):
    """Not a roster."""


@dataclass(frozen=True)
class Person:
    name: str
    container: str
    admin: bool
    groups: tuple[str, ...]
    login: str
    """What the identity provider calls them."""
    password: str | None = field(repr=False)
    lifecycle: str
    incarnation: str
    """Changes when a name is given to somebody new. Then nothing that was issued before is valid."""
    idle: Mapping[str, int] = field(default_factory=dict)
    """`cullAfter` and `maxAge` in seconds, where they differ from everybody's."""
    blocked: bool = False
    """Not let in, although listed. Their container and home stay."""
    menu: int = 0
    gpus: int = 0
    """GPUs of the pool for each of their servers, where the profile says nothing of any."""

    @property
    def always_on(self) -> bool:
        return self.lifecycle == "always-on"


class Others(Protocol):
    """People who are let in without being on the list (admitted.py)."""

    def get(self, name: str) -> Person | None: ...

    def by_container(self, container: str) -> Person | None: ...

    def __iter__(self) -> Iterator[Person]: ...


class Roster:
    """Those who are let in. A blocked person is not among them: to the hub they are somebody who was removed.

    The list wins over everybody else. Iteration is over those on the list.
    """

    def __init__(
        self,
        people: Iterable[Person],
        blocked: Iterable[str] = (),
        offers: Offers | None = None,
        schedule: Sequence[Any] = (),
    ) -> None:
        self.listed = list(people)
        """All whom the list names, also blocked people."""
        self.others: Others | None = None
        self.offers = offers or Offers()
        self.schedule = schedule
        """When servers are started by the clock, as it is given."""
        self._by_name = {person.name: person for person in self.listed if not person.blocked}
        self._names = {person.name for person in self.listed}
        self._containers = {person.container for person in self.listed}
        self._blocked = {key for person in self.listed if person.blocked for key in (person.name, person.login)}
        self._blocked.update(spelling(name) for name in blocked for spelling in (names.normalise, names.login))
        self._by_login = {person.login: person for person in self}
        self.has_chosen_passwords = any(passwords.chosen(person.password) for person in self)

    def get(self, name: str) -> Person | None:
        return self._by_name.get(name) or self._let_in(None if self.others is None else self.others.get(name))

    def by_login(self, login: str) -> Person | None:
        """Somebody on the list."""
        return self._by_login.get(login)

    def menu(self, name: str) -> Menu | None:
        """What somebody may choose; None where there are no profiles."""
        if not self.offers.menus:
            return None
        person = self._by_name.get(name)
        return self.offers.menus[self.offers.others if person is None else person.menu]

    def gpus(self, name: str) -> int:
        """GPUs of the pool for each of somebody's servers, where the profile says nothing of any."""
        person = self._by_name.get(name)
        return self.offers.others_gpus if person is None else person.gpus

    def by_container(self, container: str) -> Person | None:
        listed = next((person for person in self if person.container == container), None)
        return listed or self._let_in(None if self.others is None else self.others.by_container(container))

    def everybody(self) -> list[Person]:
        """Also those who are not on the list."""
        others: Iterable[Person] = () if self.others is None else self.others
        return [*self, *(person for person in others if self._let_in(person))]

    def blocks(self, name: str) -> bool:
        """@param name a person's name, or what the identity provider calls them"""
        return name in self._blocked

    def holds(self, name: str, container: str) -> bool:
        """Whether a name, or its container, is of somebody on the list, blocked or not."""
        return name in self._names or container in self._containers

    def holds_container(self, container: str) -> bool:
        return self.by_container(container) is not None

    def _let_in(self, person: Person | None) -> Person | None:
        if person is None or self.holds(person.name, person.container):
            return None
        return None if self.blocks(person.name) or self.blocks(person.login) else person

    def __iter__(self) -> Iterator[Person]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)


def parse(text: str, person_prefix: str) -> Roster:
    """@returns the roster in `text` @raises RosterError with the place of anything that is wrong"""
    try:
        given = json.loads(text, object_pairs_hook=_without_repeats)
    except ValueError as error:
        raise RosterError(f"not JSON: {error}") from None
    if not isinstance(given, Mapping) or "people" not in given:
        raise RosterError("must be an object with the key people")
    if set(given) - _KEYS:
        raise RosterError(f"unknown {sorted(set(given) - _KEYS)}")
    blocked, offers = given.get("blocked", []), _offers(given)
    if not isinstance(given["people"], Mapping):
        raise RosterError("people must be an object")
    if not isinstance(blocked, list) or not all(isinstance(name, str) and name for name in blocked):
        raise RosterError("blocked must be names")
    people = [_person(name, fields, person_prefix) for name, fields in given["people"].items()]
    for what in ("container", "login"):
        values = [getattr(person, what) for person in people]
        if len(set(values)) != len(values):
            raise RosterError(f"two people with one {what}")
    if any(person.menu >= max(len(offers.menus), 1) for person in people):
        raise RosterError("somebody has a menu that is not there")
    return Roster(people, blocked, offers, _schedule(given))


def _offers(given: Mapping[str, Any]) -> Offers:
    try:
        return profiles.read({key: given[key] for key in profiles.KEYS & set(given)})
    except SettingsError as error:
        raise RosterError(str(error)) from None


def _schedule(given: Mapping[str, Any]) -> list[Any]:
    schedule = given.get("schedule", [])
    if not isinstance(schedule, list):
        raise RosterError("schedule must be a list")
    return schedule


def _person(name: str, given: Any, person_prefix: str) -> Person:
    def require(good: bool, what: str) -> None:
        if not good:
            raise RosterError(f"{name!r}: {what}")

    require(names.matches(name) and names.normalise(name) == name, "not a normalised name")
    require(isinstance(given, Mapping), "must be an object")
    require(not (set(given) - _FIELDS), f"unknown {sorted(set(given) - _FIELDS)}")
    require("incarnation" in given, "missing incarnation")
    # What is as for most people is left out.
    given = {
        "container": person_prefix + names.slug(name),
        "admin": False,
        "groups": [],
        "login": name,
        "lifecycle": "on-demand",
        **given,
    }
    for key in ("container", "login", "lifecycle", "incarnation"):
        require(isinstance(given[key], str), f"{key} must be a string")
    # The prefix keeps every request inside this stack.
    require(
        re.fullmatch(re.escape(person_prefix) + "[a-z0-9-]+", given["container"]) is not None
        and len(given["container"]) <= 63,
        "container is not one of this stack's people's",
    )
    require(isinstance(given["admin"], bool), "admin must be true or false")
    require(
        isinstance(given["groups"], list) and all(isinstance(g, str) and g for g in given["groups"]),
        "groups must be names",
    )
    require(names.login(given["login"]) == given["login"] != "", "login is not in its one spelling")
    require(given["lifecycle"] in LIFECYCLES, f"lifecycle must be one of {LIFECYCLES}")
    require(re.fullmatch("[0-9a-f]+", given["incarnation"]) is not None, "incarnation must be hexadecimal")
    password = given.get("password")
    require(password is None or isinstance(password, str), "password must be a string")
    idle = given.get("idle", {})
    require(
        isinstance(idle, Mapping)
        and not (set(idle) - _IDLE)
        and all(isinstance(v, int) and not isinstance(v, bool) and v >= 0 for v in idle.values()),
        "idle must be seconds",
    )
    require(isinstance(given.get("blocked", False), bool), "blocked must be true or false")
    for key, most in (("menu", None), ("gpus", profiles.MOST_GPUS)):
        value = given.get(key, 0)
        require(isinstance(value, int) and not isinstance(value, bool) and value >= 0, f"{key} must be a number")
        require(most is None or value <= most, f"{key} must be at most {most}")
    return Person(
        name=name,
        container=given["container"],
        admin=given["admin"],
        groups=tuple(given["groups"]),
        login=given["login"],
        password=password,
        lifecycle=given["lifecycle"],
        incarnation=given["incarnation"],
        idle=dict(idle),
        blocked=given.get("blocked", False),
        menu=given.get("menu", 0),
        gpus=given.get("gpus", 0),
    )


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """In JSON the last of two equal keys wins silently, but two people with one name are a mistake."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key is there twice")
    return result
