"""What is too large, and how it is said."""

import json
import os

from .memory import MIB

SHARE = 16
"""The limit of one file is this part of the memory limit."""

NOTEBOOK = 15
"""Memory that it takes to open a notebook, as a multiple of its size. Measured: 5 for pictures, 14 for small cells."""

BODY = 6
"""The same to take in a request's body: measured 4."""

SAMPLE = 4096

SMALL = MIB
"""Never refused: little is saved all the time, and must be."""

SAVED = 2
"""A body may be this multiple of the limit: as JSON a file is longer."""


class Limit:
    def __init__(self, memory, environ=os.environ):
        self._memory = memory
        self._environ = environ
        self._promised = 0

    def file(self):
        """Size of the largest file that is opened; None without a limit."""
        given = self._environ.get("JUPYTERHUB_OPEN_LIMIT", "")
        if given.isdigit():
            return int(given)
        memory = self._memory.limit()
        return None if memory is None else memory // SHARE

    def body(self):
        limit = self.file()
        return None if limit is None else max(SMALL, limit * SAVED)

    def lacks(self, size, cost):
        """@returns what it takes and what is free, if that is too little"""
        free = self._memory.free()
        if free is None or size <= SMALL:
            return None
        free -= self._promised
        return None if size * cost <= free else (size * cost, max(0, free))

    def waits(self):
        return self._promised > 0

    def promise(self, amount, until):
        """Counts memory as taken until a request has ended."""
        if until is None or until.done():
            return
        self._promised += amount

        def back(_):
            self._promised -= amount

        until.add_done_callback(back)

    def file_problem(self, name, size, cost):
        limit = self.file()
        if limit is not None and size > max(limit, SMALL):
            return (
                f"{name} has {amount(size)} and is too large to be opened here: the limit is {amount(limit)}, since "
                f"opening takes several times as much of this server's memory. {instead(name)}"
            )
        lack = self.lacks(size, cost)
        if lack is None:
            return None
        return (
            f"{name} has {amount(size)}. To open it takes about {amount(lack[0])} of memory, and this server has "
            f"{amount(lack[1])} left. {self._room(lack[0])}{instead(name)}"
        )

    def body_problem(self, size):
        limit = self.body()
        if limit is not None and size > limit:
            return (
                f"This is too large to be sent in one piece: the limit is {amount(limit)}. Nothing was changed. Write "
                "large files from a notebook or a terminal. An upload in the file browser is sent in pieces and has no "
                "limit."
            )
        lack = self.lacks(size, BODY)
        if lack is None:
            return None
        return (
            f"To take in {amount(size)} takes about {amount(lack[0])} of memory, and this server has {amount(lack[1])} "
            f"left. Nothing was changed. {self._room(lack[0])}"
        ).rstrip()

    def _room(self, need):
        """Where that can help."""
        limit = self._memory.limit()
        helps = limit is None or need < limit
        return "Shut down kernels that you do not need, and try again. " if helps else ""


def amount(size):
    return f"{size / MIB:.0f} MiB" if size >= 10 * MIB else f"{size / MIB:.1f} MiB"


def instead(name):
    way = f" (pandas: read_csv({name!r}, chunksize=100000))" if name.endswith((".csv", ".tsv")) else ""
    return f"Read it in pieces in a notebook{way}, or download it: downloads have no limit."


def cost_of(path, size):
    """Memory that it takes to open a file, as a multiple of its size.

    It is there as bytes and as text, and three times as JSON, in which other characters than ASCII are longer, control
    characters six times. Measured: 6 for numbers, 8 for binary files, 11 for Cyrillic, 20 for zeros.
    """
    if path.endswith(".ipynb"):
        return NOTEBOOK
    with open(path, "rb") as file:
        places = (0, size // 2, max(0, size - SAMPLE))
        sample = b"".join(file.seek(place) >= 0 and file.read(SAMPLE) for place in places)
    text = sample.decode(errors="ignore")
    as_json = len(json.dumps(text)) + 1.4 * (len(sample) - len(text.encode()))
    return 5 + 3 * as_json / max(1, len(sample))
