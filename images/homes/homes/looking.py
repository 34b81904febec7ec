"""Checks a home and the directories above it. It follows no link: each is opened by its parent's descriptor."""

from __future__ import annotations

import contextlib
import os
import shlex
import stat
from collections.abc import Iterator

from wanted import Home, Refused, Request

THERE = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextlib.contextmanager
def above(home: Home, base: int, request: Request) -> Iterator[tuple[int, int]]:
    """The deepest existing directory above the home, and how many of the home's parts lead to it."""
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
    """Refuses a directory in which a person could put a link: Docker follows links when a server starts."""
    info = os.fstat(directory)
    who = None
    if info.st_mode & stat.S_IWOTH:
        who = "everybody"
    elif request.may_own(info.st_uid):
        who = f"uid {info.st_uid}"
    elif info.st_mode & stat.S_IWGRP and request.may_be_in(info.st_gid):
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
    """@returns whether the home exists. @raises Refused when it, or a directory above it, is not as it must be"""
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
