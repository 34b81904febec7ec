"""The request: which homes must exist. The Pulumi program sends it."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


class Refused(Exception):
    """A home cannot be used or created. The message is one line that says what to do."""


@dataclass(frozen=True)
class Home:
    person: str
    base: str
    """Path on the Docker host. It may be a link, because only the administrator can make it one."""
    parts: tuple[bytes, ...]
    """Directories below the base; the last one is the home."""
    uid: int
    gid: int

    def shown(self, depth: int | None = None) -> str:
        return "/".join([self.base.rstrip("/"), *(os.fsdecode(part) for part in self.parts[:depth])])


@dataclass(frozen=True)
class Skeleton:
    path: tuple[bytes, ...]
    executable: bool
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Request:
    bases: list[str]
    homes: list[Home]
    groups: frozenset[int]
    """Every group that somebody's server runs with."""
    mode: int
    skeleton: list[Skeleton]
    volumes: list[str]
    uids: list[tuple[int, int]] = field(default_factory=list)
    """Ranges of the ids that somebody may have besides, who is not among these homes."""

    @cached_property
    def owners(self) -> frozenset[int]:
        return frozenset(home.uid for home in self.homes)

    def may_own(self, uid: int) -> bool:
        return uid in self.owners or self._in_range(uid)

    def may_be_in(self, gid: int) -> bool:
        return gid in self.groups or self._in_range(gid)

    def _in_range(self, id: int) -> bool:
        return any(first <= id <= last for first, last in self.uids)


def parse(text: str) -> Request:
    given: dict[str, Any] = json.loads(text)
    return Request(
        bases=given["bases"],
        homes=[
            Home(home["person"], given["bases"][home["base"]], _parts(home["parts"]), home["uid"], home["gid"])
            for home in given["homes"]
        ],
        groups=frozenset(given["groups"]),
        mode=int(given["mode"], 8),
        skeleton=[
            Skeleton(_parts(file["path"].split("/")), file["executable"], base64.b64decode(file["content"]))
            for file in given["skeleton"]
        ],
        volumes=given["volumes"],
        uids=[_range(span) for span in given.get("uids", [])],
    )


def _range(span: Any) -> tuple[int, int]:
    """A range that says something else than is meant would let a link pass."""
    if not isinstance(span, list) or len(span) != 2 or any(type(end) is not int for end in span):
        raise ValueError(f"no range of ids: {span!r}")
    first, last = span
    if not 0 < first <= last:
        raise ValueError(f"no range of ids: {span!r}")
    return first, last


def _parts(names: list[str]) -> tuple[bytes, ...]:
    """Checks again what the Pulumi program has checked: a mistake there must not lead out of a base."""
    parts = tuple(name.encode() for name in names)
    if not parts or any(part in (b"", b".", b"..") or b"/" in part or b"\0" in part for part in parts):
        raise ValueError(f"no path below a base: {names!r}")
    return parts
