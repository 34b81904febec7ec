"""What the clock has done, so that a restarted hub neither starts a server twice nor forgets to stop it."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..store.whole_file import write_whole

log = logging.getLogger("declared.clock")

KEPT = 2 * 86400.0
"""Seconds for which an occurrence is remembered after its end: the machine's time may be set back."""


@dataclass
class Done:
    """Whose turn an occurrence has had. Nobody's server is started twice for it."""

    ends: float
    people: list[str] = field(default_factory=list)


@dataclass
class Started:
    """A server that the clock started, or was about to start."""

    ends: float
    """When it is to be stopped."""
    since: str | None
    """The hub's moment of its start, by which it is told from a server that its person starts later. None: it is not
    known yet whether it has started."""


class Record:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._saved = ""
        self._told = False
        self.done: dict[str, Done] = {}
        """By occurrence."""
        self.started: dict[str, Started] = {}
        """By person."""
        self._recall()

    def forget(self, now: float) -> None:
        for key in [key for key, done in self.done.items() if done.ends + KEPT < now]:
            del self.done[key]

    def save(self) -> bool:
        """@returns whether it is written"""
        given = {
            "version": 1,
            "done": {key: asdict(done) for key, done in self.done.items()},
            "started": {name: asdict(started) for name, started in self.started.items()},
        }
        text = json.dumps(given)
        if text == self._saved:
            return True
        try:
            write_whole(self._file, text)
        except OSError as error:
            if not self._told:
                log.warning("What the clock does cannot be saved in %s, so it starts no server: %s", self._file, error)
            self._told = True
            return False
        self._saved, self._told = text, False
        return True

    def _recall(self) -> None:
        try:
            text = self._file.read_text()
            self.done, self.started = _parse(text)
            self._saved = text
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            log.error(
                "%s, which says what the clock has started, cannot be used and is begun anew: %s. Servers that it "
                "started before run on until they are idle or their people stop them",
                self._file,
                error,
            )


def _parse(text: str) -> tuple[dict[str, Done], dict[str, Started]]:
    given = json.loads(text)
    if not isinstance(given, dict) or set(given) != {"version", "done", "started"} or given["version"] != 1:
        raise ValueError("it is not a record of version 1")
    if not isinstance(given["done"], dict) or not isinstance(given["started"], dict):
        raise ValueError("done and started must be objects")
    return (
        {key: _done(key, fields) for key, fields in given["done"].items()},
        {name: _started(name, fields) for name, fields in given["started"].items()},
    )


def _done(key: str, given: Any) -> Done:
    _require_fields(key, given, {"ends", "people"})
    people = given["people"]
    if not isinstance(people, list) or not all(isinstance(name, str) for name in people):
        raise ValueError(f"{key!r}: people must be names")
    return Done(_instant(key, given["ends"]), people)


def _started(name: str, given: Any) -> Started:
    _require_fields(name, given, {"ends", "since"})
    if not isinstance(given["since"], str | None):
        raise ValueError(f"{name!r}: since must be a text or null")
    return Started(_instant(name, given["ends"]), given["since"])


def _require_fields(key: str, given: Any, fields: set[str]) -> None:
    if not isinstance(given, Mapping) or set(given) != fields:
        raise ValueError(f"{key!r}: must have {sorted(fields)}")


def _instant(key: str, given: Any) -> float:
    if not isinstance(given, int | float) or isinstance(given, bool) or not math.isfinite(given):
        raise ValueError(f"{key!r}: ends must be a number")
    return float(given)
