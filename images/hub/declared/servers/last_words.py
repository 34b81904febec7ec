"""Makes the end of a server's log readable for its person.

Docker sends a log in frames: eight bytes (which stream, and how long), then a moment and what was written. All of it
comes from a hostile place: what does not fit is left out, and nothing in it controls a terminal or a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LINES = 40
LONGEST = 500
"""Characters of a line."""

HEADER = 8
_ESCAPE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.?)")
_UNSEEN = re.compile(
    r"[^\t\x20-\x7e\xa0-\u200a\u2010-\u2027\u2030-\u2065\u2070-\ud7ff\uf900-\ufefe\uff00-\ufffd"
    r"\U00010000-\U000dffff]"
)


def of(log: bytes, after: str) -> list[str]:
    """The last lines that were written after a moment, in Docker's form of it; "" is the beginning of time."""
    since = _comparable(after)
    lines: list[str] = []
    for frame in _frames(log):
        moment, _, text = frame.decode("utf-8", "replace").partition(" ")
        if _comparable(moment) > since:
            lines += (_readable(line) for line in text.splitlines())
    return [line for line in lines if line][-LINES:]


def _frames(log: bytes) -> Iterator[bytes]:
    at = 0
    while at + HEADER <= len(log):
        length = int.from_bytes(log[at + 4 : at + HEADER], "big")
        yield log[at + HEADER : at + HEADER + length]
        at += HEADER + length


def _comparable(moment: str) -> str:
    """Docker writes a moment with up to nine digits of a second, and leaves out zeros at the end."""
    seconds, _, rest = moment.removesuffix("Z").partition(".")
    return f"{seconds}.{rest.ljust(9, '0')}" if seconds else ""


def _readable(line: str) -> str:
    line = _UNSEEN.sub("", _ESCAPE.sub("", line)).rstrip()
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"
