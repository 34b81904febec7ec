"""What the launcher logs: short lines, and not many of them, or a hostile hub could fill the disk."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable

LONGEST = 600
LINES_A_MINUTE = 600


class Bounded(logging.Filter):
    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._minute = -1
        self._lines = 0

    def filter(self, record: logging.LogRecord) -> bool:
        minute = int(self._now() // 60)
        if minute != self._minute:
            self._minute, self._lines = minute, 0
        self._lines += 1
        if self._lines == LINES_A_MINUTE:
            record.msg, record.args = "More lines of this minute are left out", ()
        return self._lines <= LINES_A_MINUTE


class Short(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"


def set_up() -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Short("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(Bounded())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
