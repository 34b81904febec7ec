"""One run: checks all homes, then creates the missing ones."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable

from looking import look
from making import make
from volumes import SHARED_GROUP, share
from wanted import Home, Refused, Request

LOCK_SECONDS = 60


def run(request: Request, root: str = "/") -> tuple[list[str], list[str]]:
    """@returns what was created, and all problems. With a problem at any home nothing is created."""
    made: list[str] = []
    with contextlib.ExitStack() as stack:
        bases = {}
        for index, base in enumerate(request.bases):
            bases[base] = os.open(os.path.join(root, "bases", str(index)), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            stack.callback(os.close, bases[base])
            lock(bases[base], base)
        problems = [problem for home in request.homes for problem in _problem(look, home, bases[home.base], request)]
        if problems:
            return made, list(dict.fromkeys(problems))
        for home in request.homes:
            problems += _problem(
                lambda home, base, request: made.extend(make(home, base, request)), home, bases[home.base], request
            )
    for index, name in enumerate(request.volumes):
        try:
            if share(os.path.join(root, "volumes", str(index))):
                made.append(f"volume {name}: opened to group {SHARED_GROUP}")
        except OSError as error:
            problems.append(f"volume {name}: {error.strerror}")
    return made, problems


def _problem(step: Callable[[Home, int, Request], object], home: Home, base: int, request: Request) -> list[str]:
    try:
        step(home, base, request)
    except Refused as refused:
        return [str(refused)]
    except OSError as error:
        return [f"{home.person}: {home.shown()}: {error.strerror}"]
    return []


def lock(base: int, shown: str) -> None:
    """Locks a base, which several stacks may share. The lock ends with the process, also if it is killed."""
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(base, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise Refused(f"{shown}: another run has been at work here for {LOCK_SECONDS} s; try again") from None
            time.sleep(0.1)
        except OSError:
            return None  # Some network file systems have no locks. Two runs at the same time are rare.
