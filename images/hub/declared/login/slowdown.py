"""Delays the answers to wrong passwords, so that nobody can lock somebody else out.

Failures delay the next "wrong password". They are counted by name, against attempts on one name from many places, and
by source, against attempts on many names from one place. A source may be a whole class behind one address, so it is
allowed many more failures than a name.

A right derived password never waits and is never refused: the caller checks it first, and comes here only with a wrong
one. That is safe, because such passwords have 80 random bits. A password that somebody chose is checked after the wait.
People who come from where they logged in before do not wait for failures elsewhere.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

FREE = {"name": 5, "source": 50}
"""Failures within MEMORY seconds that cause no delay."""
LONGEST = 5.0
MEMORY = 600.0
WAITING_AT_MOST = 20
REMEMBERED_AT_MOST = 10_000


@dataclass
class _Count:
    failures: int = 0
    last: float = 0.0
    waiting: int = 0


class Busy(Exception):
    """Too many attempts are waiting already."""


class Slowdown:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: dict[tuple[str, str], _Count] = {}
        self._been_here: dict[tuple[str, str], None] = {}

    def delay(self, name: str, source: str) -> float:
        return max(self._delay(key) for key in self._keys(name, source))

    async def wait(self, name: str, source: str) -> None:
        """For a password that is wrong, or may be."""
        seconds = self.delay(name, source)
        if not seconds:
            return
        counts = [self._count(key) for key in self._keys(name, source)]
        if any(count.waiting >= WAITING_AT_MOST for count in counts):
            raise Busy
        for count in counts:
            count.waiting += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            for count in counts:
                count.waiting -= 1

    def failed(self, name: str, source: str) -> None:
        for key in (("name", name), ("source", source)):
            count = self._count(key)
            count.failures += 1
            count.last = self._clock()

    def succeeded(self, name: str, source: str, attempt: bool = False) -> None:
        """`attempt`: whether it was counted as failed before the check."""
        self._counts.pop(("name", name), None)
        if attempt and ("source", source) in self._counts:
            self._counts["source", source].failures -= 1
        if len(self._been_here) >= REMEMBERED_AT_MOST:
            self._been_here.pop(next(iter(self._been_here)))
        self._been_here[name, source] = None

    def _keys(self, name: str, source: str) -> list[tuple[str, str]]:
        by_source = ("source", source)
        return [by_source] if (name, source) in self._been_here else [("name", name), by_source]

    def _delay(self, key: tuple[str, str]) -> float:
        count = self._counts.get(key)
        if count is None or self._clock() - count.last > MEMORY:
            return 0.0
        above = count.failures - FREE[key[0]]
        return 0.0 if above <= 0 else min(0.25 * 2 ** min(above, 10), LONGEST)

    def _count(self, key: tuple[str, str]) -> _Count:
        if key not in self._counts and len(self._counts) >= REMEMBERED_AT_MOST:
            by_age = sorted(self._counts.items(), key=lambda item: (item[1].waiting > 0, item[1].last))
            self._counts = dict(by_age[REMEMBERED_AT_MOST // 2 :])
        count = self._counts.setdefault(key, _Count())
        if self._clock() - count.last > MEMORY:
            count.failures = 0
        return count
