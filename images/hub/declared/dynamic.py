"""`spawning: dynamic`: servers are made when they start, also for people who are not on the list.

The settings say who is let in besides the list. Each type of authentication knows its own conditions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .reader import Reader, SettingsError

EVERYBODY, LISTED = "all", "listed"

CONDITIONS = {
    "github": ("organizations", "teams"),
    "oidc": ("claims", "domains", "groups"),
    "lti": ("courses",),
    "ldap": ("groups",),
}
"""What each type of authentication can ask. The other types know only EVERYBODY and LISTED."""

LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Ids:
    """Where the identity provider says somebody's numbers on the Docker host."""

    uid: str
    gid: str


@dataclass(frozen=True)
class Allow:
    """Who is let in besides the list."""

    everybody: bool = False
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Conditions. Whoever fulfils one of them is let in; an empty one is none."""
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, condition: str) -> tuple[str, ...]:
        return self.texts.get(condition, ())

    @property
    def anybody(self) -> bool:
        return self.everybody or any(self.texts.values()) or any(self.claims.values())


@dataclass(frozen=True)
class Dynamic:
    allow: Allow
    ids: Ids | None
    groups: bool
    """Whether somebody who is not listed gets the groups that the identity provider says."""

    def fingerprint(self, kind: str) -> str:
        """Changes with whatever decides who is let in. Then everybody has to show again that they may."""
        allow = self.allow
        said = [kind, allow.everybody, *(sorted(map(_sorted, what.items())) for what in (allow.texts, allow.claims))]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _sorted(item: tuple[str, tuple[str, ...]]) -> tuple[str, list[str]]:
    return item[0], sorted(item[1])


def read(given: Any, kind: str) -> Dynamic | None:
    """@param kind the type of authentication @returns None where every server is declared"""
    if given is None:
        return None
    one = Reader("dynamic.", given)
    dynamic = Dynamic(
        allow=_allow(one.take("allow", str, dict), kind),
        ids=_ids(one.take("ids", dict, type(None))),
        groups=one.flag("groups"),
    )
    one.done()
    return dynamic


def _allow(given: Any, kind: str) -> Allow:
    if isinstance(given, str):
        if given not in (EVERYBODY, LISTED):
            raise SettingsError(f"dynamic.allow must be {EVERYBODY}, {LISTED} or conditions, not {given!r}")
        return Allow(everybody=given == EVERYBODY)
    if kind not in CONDITIONS:
        raise SettingsError(f"dynamic.allow has no conditions with authentication {kind}")
    one = Reader("dynamic.allow.", given)
    claims = _claims(one.take("claims", dict)) if "claims" in CONDITIONS[kind] else {}
    texts = {name: tuple(one.texts(name)) for name in CONDITIONS[kind] if name != "claims"}
    one.done()
    return Allow(texts=texts, claims=claims)


def _claims(given: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    one = Reader("dynamic.allow.claims.", given)
    return {name: tuple(one.texts(name)) for name in given}


def _ids(given: Any) -> Ids | None:
    if given is None:
        return None
    one = Reader("dynamic.ids.", given)
    ids = Ids(one.take("uid", str), one.take("gid", str))
    one.done()
    if not (ids.uid and ids.gid):
        raise SettingsError("dynamic.ids.uid and dynamic.ids.gid must not be empty")
    return ids


def number(said: Any) -> int | None:
    """A user or group id as a provider says it. Root's is none."""
    if isinstance(said, (list, tuple)) and len(said) == 1:
        said = said[0]
    if isinstance(said, bytes):
        said = said.decode("ascii", "replace")
    if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) <= len(str(LARGEST_ID)):
        said = int(said)
    good = isinstance(said, int) and not isinstance(said, bool) and 1 <= said <= LARGEST_ID
    return said if good else None
