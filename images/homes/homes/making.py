"""Creates homes. A new one has a temporary name until it is complete, so a killed run leaves no half-made home."""

from __future__ import annotations

import contextlib
import os
import shutil

from looking import above, look
from wanted import Home, Refused, Request, Skeleton

UNFINISHED = b".jupyterhub-new"
"""The temporary name. One is enough, because only one run at a time works in a base."""

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def make(home: Home, base: int, request: Request) -> list[str]:
    """Creates the home if it is missing, and removes what a killed run left next to it."""
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
    """Removes an unfinished home. `rmtree` uses descriptors too, so it follows no link."""
    if _exists(parent, UNFINISHED):
        shutil.rmtree(UNFINISHED, dir_fd=parent)


def _exists(parent: int, name: bytes) -> bool:
    try:
        os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def build(parent: int, missing: tuple[bytes, ...], home: Home, request: Request) -> None:
    """Creates the missing directories under the temporary name. Those above the home belong to root and get mode 0755.

    Only root can enter before all is complete. Modes are set before owners, because chmod of somebody else's file needs
    another capability.
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
    """Writes a file of the skeleton, and the directories above it, into a home that nobody can enter yet."""
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
