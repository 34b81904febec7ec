"""Remembers the people who are let in without being on the list, so that a restarted hub still knows them.

A name belongs to the login that had it first, also after a change of who is let in: two accounts at the identity
provider never share a name, a home and a server. The names on the list are written down too, so that nobody else gets
the home of somebody who is taken off the list.

A record that cannot be read lets in nobody new: who owns which name would be a guess.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .. import names
from ..dynamic import LARGEST_ID
from ..names import Server
from ..store.whole_file import write_whole
from . import incarnation
from .roster import Person, Roster

log = logging.getLogger("declared.admitted")

MOST = 20_000
"""People in the record. It is one file, which is written at each new name."""

MOST_GROUPS, LONGEST_GROUP = 200, 255

LISTED = ""
"""In place of a fingerprint: whoever has the name was on the list."""

_FIELDS = {"login", "by", "ids", "groups", "guest"}


class NotAdmitted(Exception):
    """The message is for the person."""


class NameTaken(NotAdmitted):
    pass


@dataclass(frozen=True)
class Admission:
    login: str
    by: str
    """Fingerprint of the conditions that they were let in by (dynamic.py). With others they have to log in again."""
    ids: tuple[int, int] | None = None
    """User and group id on the Docker host, as the identity provider says them."""
    groups: tuple[str, ...] = ()
    guest: bool = False
    """Of `authentication: {type: anonymous}`: forgotten when their server has ended."""


class Admitted:
    """@param by fingerprint of the conditions of now; None: nobody is let in but the list"""

    def __init__(self, data_dir: Path, person_prefix: str, by: str | None) -> None:
        self._file = data_dir / "admitted.json"
        self._prefix = person_prefix
        self._by = by
        self._all: dict[str, Admission] = {}
        self._people: dict[str, Person] = {}
        self._by_container: dict[str, str] = {}
        self.changes = 0
        """How often somebody was added, changed or taken away."""
        self.damage: str | None = None
        """Why the record cannot be used."""
        if by is not None:
            self._recall()

    def get(self, name: str) -> Person | None:
        return self._people.get(name)

    def by_container(self, container: str) -> Person | None:
        return self._people.get(self._by_container.get(container, ""))

    def __iter__(self) -> Iterator[Person]:
        return iter(list(self._people.values()))

    def ids(self, name: str) -> tuple[int, int] | None:
        found = self._all.get(name)
        return found.ids if found else None

    @property
    def guests(self) -> list[str]:
        return [name for name, admission in self._all.items() if admission.guest]

    def container(self, server: Server) -> str:
        """Of a server that is made at its start."""
        return self._prefix + names.slug(str(server))

    def admit(self, name: str, admission: Admission) -> Person:
        """Lets somebody in under a name, from now on. @raises NotAdmitted"""
        if self.damage is not None or self._by is None:
            raise NotAdmitted("The hub's record of who has which name is damaged. Tell whoever looks after this hub.")
        before = self._all.get(name)
        if before is not None and before.login != admission.login:
            log.warning("%r asks for the name %r, which is of %r", admission.login[:64], name[:64], before.login[:64])
            raise NameTaken(f"The name {name} is somebody else's here already. Tell whoever looks after this hub.")
        if before is None and len(self._all) >= MOST:
            log.error("%d people have names here, and %r is one more than can be", len(self._all), name[:64])
            raise NotAdmitted("This hub has no room for more people. Tell whoever looks after this hub.")
        if before != admission:
            self._set(name, admission)
            if not self._save() and before is None:
                # Without a record somebody else could get the name after a restart.
                self._unset(name)
                raise NotAdmitted("The hub could not write down who you are. Tell whoever looks after this hub.")
        return self._people[name]

    def forget(self, name: str) -> None:
        """Only for guests: their names are random, so nobody gets one again."""
        if name in self._all and self._all[name].guest:
            self._unset(name)
            self._save()

    def follow(self, roster: Roster) -> None:
        """Writes down whose the names on the list are."""
        if self._by is None or self.damage is not None:
            return
        wanted = {person.name: Admission(person.login, LISTED) for person in roster.listed}
        changed = {name: admission for name, admission in wanted.items() if self._all.get(name) != admission}
        for name, admission in changed.items():
            self._set(name, admission)
        if changed:
            self._save()

    def _set(self, name: str, admission: Admission) -> None:
        self._unset(name)
        self._all[name] = admission
        if admission.by == self._by:
            person = Person(
                name=name,
                container=self.container(Server(name)),
                admin=False,
                groups=admission.groups,
                login=admission.login,
                password=None,
                lifecycle="on-demand",
                incarnation=incarnation.of(admission.by, admission.login),
            )
            self._people[name] = person
            self._by_container[person.container] = name

    def _unset(self, name: str) -> None:
        self.changes += 1
        self._all.pop(name, None)
        person = self._people.pop(name, None)
        if person is not None:
            self._by_container.pop(person.container, None)

    def _recall(self) -> None:
        try:
            for name, admission in _parse(self._file.read_text()).items():
                self._set(name, admission)
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            self._all, self._people, self._by_container = {}, {}, {}
            self.damage = str(error)
            log.error(
                "%s, which says whose each name is, cannot be used: %s. Until it is mended, or put back from a backup, "
                "people who are not on the list cannot log in. Without the file, a name is of whoever logs in first",
                self._file,
                error,
            )

    def _save(self) -> bool:
        """@returns whether it was written"""
        people = {name: asdict(admission) for name, admission in self._all.items()}
        try:
            write_whole(self._file, json.dumps({"version": 1, "people": people}))
        except OSError as error:
            log.warning("Who is let in could not be saved in %s: %s", self._file, error)
            return False
        return True


def _parse(text: str) -> dict[str, Admission]:
    given = json.loads(text)
    if not isinstance(given, dict) or set(given) != {"version", "people"} or given["version"] != 1:
        raise ValueError("it is not a record of version 1")
    if not isinstance(given["people"], dict):
        raise ValueError("people is not an object")
    return {name: _admission(name, fields) for name, fields in given["people"].items()}


def _admission(name: str, given: Any) -> Admission:
    def require(good: bool, what: str) -> None:
        if not good:
            raise ValueError(f"{name!r}: {what}")

    require(names.matches(name) and names.normalise(name) == name, "not a normalised name")
    require(isinstance(given, Mapping) and set(given) == _FIELDS, f"must have {sorted(_FIELDS)}")
    login, by, ids, groups = given["login"], given["by"], given["ids"], given["groups"]
    require(isinstance(login, str) and names.login(login) == login != "", "login is not in its one spelling")
    require(isinstance(by, str), "by must be a text")
    require(by == LISTED or names.normalise(login) == name, "the login is of another name")
    require(ids is None or (isinstance(ids, list) and len(ids) == 2 and all(map(_is_id, ids))), "ids must be two")
    require(isinstance(groups, list) and all(isinstance(group, str) and group for group in groups), "groups are names")
    require(isinstance(given["guest"], bool), "guest must be true or false")
    return Admission(login, by, None if ids is None else (ids[0], ids[1]), tuple(groups), given["guest"])


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_ID
