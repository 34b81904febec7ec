"""The roster: who is let in. It is a label of a container that never runs.

It is parsed strictly. A roster with anything unknown in it is not used, because the unknown part may be the one that
keeps somebody out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import names
from . import passwords

LABEL = "jupyterhub.roster"
LIFECYCLES = ("on-demand", "always-on")
_FIELDS = {"container", "admin", "groups", "login", "password", "lifecycle", "incarnation", "idle"}
_OPTIONAL = {"password", "idle"}
_IDLE = {"cullAfter", "maxAge"}


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

    @property
    def always_on(self) -> bool:
        return self.lifecycle == "always-on"


class Roster:
    def __init__(self, people: Iterable[Person]) -> None:
        self._by_name = {person.name: person for person in people}
        self._by_login = {person.login: person for person in self._by_name.values()}
        self.has_chosen_passwords = any(passwords.chosen(person.password) for person in self)

    def get(self, name: str) -> Person | None:
        return self._by_name.get(name)

    def by_login(self, login: str) -> Person | None:
        return self._by_login.get(login)

    def holds_container(self, container: str) -> bool:
        return any(person.container == container for person in self)

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
    if not isinstance(given, Mapping) or set(given) != {"people"} or not isinstance(given["people"], Mapping):
        raise RosterError("must be an object with the one key people")
    people = [_person(name, fields, person_prefix) for name, fields in given["people"].items()]
    for what in ("container", "login"):
        values = [getattr(person, what) for person in people]
        if len(set(values)) != len(values):
            raise RosterError(f"two people with one {what}")
    return Roster(people)


def _person(name: str, given: Any, person_prefix: str) -> Person:
    def require(good: bool, what: str) -> None:
        if not good:
            raise RosterError(f"{name!r}: {what}")

    require(names.matches(name) and names.normalise(name) == name, "not a normalised name")
    require(isinstance(given, Mapping), "must be an object")
    require(not (set(given) - _FIELDS), f"unknown {sorted(set(given) - _FIELDS)}")
    require(not (_FIELDS - _OPTIONAL - set(given)), f"missing {sorted(_FIELDS - _OPTIONAL - set(given))}")
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
    )


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """In JSON the last of two equal keys wins silently, but two people with one name are a mistake."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key is there twice")
    return result
