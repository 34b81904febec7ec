"""Makes people's missing home directories on the Docker host, and prepares the volumes that a stack's people share.

Runs as root in a container of its own that ends at once; components/user/homes.ts starts it and hands it the list. The
hub itself never runs it, and has none of these directories.

A home that is there is only looked at. No link is followed: every directory below the base is opened by its parent's
descriptor. A new home is made under another name and renamed when it is whole, so that a killed run leaves nothing
that looks like a home.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import shlex
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

UNFINISHED = b".jupyterhub-new"
"""What a home is called while it is made. One run at a time works in a base, so one name is enough."""

SHARED_GROUP = 100
"""`users`: everybody's server has it, so what one person puts into a shared volume the others can reach."""

LOCK_SECONDS = 60

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
THERE = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Refused(Exception):
    """A home that cannot be used or made, in one line that says what to do."""


@dataclass(frozen=True)
class Home:
    person: str
    base: str
    """On the Docker host: what may be a link, since only the administrator can make it one."""
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

    @cached_property
    def owners(self) -> frozenset[int]:
        return frozenset(home.uid for home in self.homes)


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
    )


def _parts(names: list[str]) -> tuple[bytes, ...]:
    """The program that asks has checked the names; a mistake there must not lead out of a base."""
    parts = tuple(name.encode() for name in names)
    if not parts or any(part in (b"", b".", b"..") or b"/" in part or b"\0" in part for part in parts):
        raise ValueError(f"no path below a base: {names!r}")
    return parts


def run(request: Request, root: str = "/") -> tuple[list[str], list[str]]:
    """@returns what was made, and all that is wrong. Nothing is made while something is wrong."""
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


def _problem(step: Any, home: Home, base: int, request: Request) -> list[str]:
    try:
        step(home, base, request)
    except Refused as refused:
        return [str(refused)]
    except OSError as error:
        return [f"{home.person}: {home.shown()}: {error.strerror}"]
    return []


def lock(base: int, shown: str) -> None:
    """Two stacks may have their homes in one place. A killed run's lock goes with it."""
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(base, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise Refused(f"{shown}: another run has been at work here for {LOCK_SECONDS} s; try again") from None
            time.sleep(0.1)
        except OSError:
            return None  # A file system without locks, such as some network ones: two runs at once are the rare case.


@contextlib.contextmanager
def above(home: Home, base: int, request: Request) -> Iterator[tuple[int, int]]:
    """The deepest directory above the home that is there, and how many of the home's parts lead to it."""
    current = os.dup(base)
    try:
        _guard(current, home, 0, request)
        for depth, part in enumerate(home.parts[:-1], start=1):
            try:
                deeper = os.open(part, THERE, dir_fd=current)
            except FileNotFoundError:
                yield current, depth - 1
                return
            except NotADirectoryError:
                raise _no_directory(home, depth, os.stat(part, dir_fd=current, follow_symlinks=False)) from None
            os.close(current)
            current = deeper
            _guard(current, home, depth, request)
        yield current, len(home.parts) - 1
    finally:
        os.close(current)


def _guard(directory: int, home: Home, depth: int, request: Request) -> None:
    """Docker follows links when a server starts: nobody listed may be able to put one above a home, or in its place."""
    info = os.fstat(directory)
    who = None
    if info.st_mode & stat.S_IWOTH:
        who = "everybody"
    elif info.st_uid in request.owners:
        who = f"uid {info.st_uid}"
    elif info.st_mode & stat.S_IWGRP and info.st_gid in request.groups:
        who = f"group {info.st_gid}"
    if who is not None:
        path = home.shown(depth) or "/"
        raise Refused(
            f"{path} can be written by {who}, who could put a link in place of a home: "
            f"chown root {shlex.quote(path)}; chmod go-w {shlex.quote(path)}"
        )


def _no_directory(home: Home, depth: int, info: os.stat_result) -> Refused:
    if stat.S_ISLNK(info.st_mode):
        return Refused(f"{home.person}: {home.shown(depth)} is a symbolic link; below {home.base} none is followed")
    return Refused(f"{home.person}: {home.shown(depth)} is no directory")


def look(home: Home, base: int, request: Request) -> bool:
    """@returns whether the home is there. @raises Refused when it, or a directory above it, is not as it must be"""
    with above(home, base, request) as (parent, depth):
        if depth < len(home.parts) - 1:
            return False
        try:
            info = os.stat(home.parts[-1], dir_fd=parent, follow_symlinks=False)
        except FileNotFoundError:
            return False
        if not stat.S_ISDIR(info.st_mode):
            raise _no_directory(home, len(home.parts), info)
        if info.st_uid != home.uid:
            raise Refused(
                f"{home.person}: {home.shown()} belongs to uid {info.st_uid}, not {home.uid}; "
                f"if it is to be theirs: chown -R {home.uid}:{home.gid} {shlex.quote(home.shown())}"
            )
        return True


def make(home: Home, base: int, request: Request) -> list[str]:
    """Makes the home if it is missing, and clears away what a killed run left beside it."""
    with above(home, base, request) as (parent, depth):
        sweep(parent)
        if look(home, base, request):
            return []
        missing = home.parts[depth:]
        try:
            build(parent, missing, home, request)
            if _exists(parent, missing[0]):
                raise Refused(f"{home.person}: {home.shown(depth + 1)} was made by somebody else meanwhile; try again")
            os.rename(UNFINISHED, missing[0], src_dir_fd=parent, dst_dir_fd=parent)
        except BaseException:
            sweep(parent)
            raise
    return [f"{home.person}: made {home.shown()} ({home.uid}:{home.gid})"]


def sweep(parent: int) -> None:
    """Removes an unfinished home. `rmtree` works by descriptors too: it follows no link."""
    if _exists(parent, UNFINISHED):
        shutil.rmtree(UNFINISHED, dir_fd=parent)


def _exists(parent: int, name: bytes) -> bool:
    try:
        os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def build(parent: int, missing: tuple[bytes, ...], home: Home, request: Request) -> None:
    """The missing directories under the unfinished name: root's above the home, 0755; the home itself the person's.

    Nobody but root gets in before it is whole. Mode before owner: chmod of what is somebody else's takes a right more.
    """
    with contextlib.ExitStack() as stack:
        opened: list[int] = []
        for name in (UNFINISHED, *missing[1:]):
            os.mkdir(name, 0o700, dir_fd=parent)
            parent = os.open(name, DIRECTORY, dir_fd=parent)
            stack.callback(os.close, parent)
            opened.append(parent)
        *roots, new = opened
        for file in request.skeleton:
            put(new, file, home)
        os.fchmod(new, request.mode)
        os.fchown(new, home.uid, home.gid)
        for directory in reversed(roots):
            os.fchmod(directory, 0o755)


def put(new: int, file: Skeleton, home: Home) -> None:
    """A file of the skeleton, with the directories above it, into a home that nobody can enter yet."""
    with contextlib.ExitStack() as stack:
        directory = new
        for name in file.path[:-1]:
            if not _exists(directory, name):
                os.mkdir(name, 0o755, dir_fd=directory)
                os.chown(name, home.uid, home.gid, dir_fd=directory, follow_symlinks=False)
            directory = os.open(name, DIRECTORY, dir_fd=directory)
            stack.callback(os.close, directory)
        created = os.open(
            file.path[-1], os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=directory
        )
        with open(created, "wb") as out:
            out.write(file.content)
            os.fchmod(created, 0o755 if file.executable else 0o644)
            os.fchown(created, home.uid, home.gid)


def share(volume: str) -> bool:
    """Opens a new volume to everybody's group. One that holds something, or was given to somebody, is left as it is."""
    directory = os.open(volume, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        info = os.fstat(directory)
        if (info.st_uid, info.st_gid) != (0, 0) or os.listdir(directory):
            return False
        os.fchmod(directory, 0o2775)
        os.fchown(directory, -1, SHARED_GROUP)
        return True
    finally:
        os.close(directory)


def main() -> int:
    os.umask(0o022)
    try:
        made, problems = run(parse(sys.stdin.read()))
    except Refused as refused:
        made, problems = [], [str(refused)]
    for line in made:
        print(line)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
