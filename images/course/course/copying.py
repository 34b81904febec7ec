"""Copies what a student handed in. It belongs to somebody who may want a grader's program to follow a link.

Each folder and file is opened by its parent's descriptor and followed nowhere: a link in a submission to another's
submission, or to the grader's files, is left out, also one that is put there while this copies.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass

FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
BLOCK = 1 << 20


class TooMuch(Exception):
    """More than one submission may hold."""


@dataclass
class Limits:
    most_bytes: int
    leave_out: Callable[[str, int], bool]
    """Whether nbgrader's settings leave out a file of this name and size, or a folder of this name."""
    most_files: int = 10_000


def copy_submission(src, dest, limits, log):
    if not stat.S_ISDIR(os.lstat(src).st_mode):
        raise NotADirectoryError(f"{src} is no folder")
    left_bytes, left_files = limits.most_bytes, limits.most_files
    for folder, _, files, descriptor in os.fwalk(src, follow_symlinks=False):
        inside = os.path.relpath(folder, src)
        if inside != "." and any(limits.leave_out(part, 0) for part in inside.split(os.sep)):
            continue
        target = os.path.normpath(os.path.join(dest, inside))
        os.makedirs(target)
        for name in files:
            left_files -= 1
            if left_files < 0:
                raise TooMuch(f"more than {limits.most_files} files")
            left_bytes -= _copy_file(name, descriptor, os.path.join(target, name), (limits.leave_out, left_bytes, log))


def _copy_file(name, folder, dest, how):
    """@returns how many bytes"""
    leave_out, most, log = how
    try:
        source = os.open(name, FILE, dir_fd=folder)
    except OSError as error:
        log.warning("%r is left out: %s", name, error.strerror)
        return 0
    info = os.fstat(source)
    if not stat.S_ISREG(info.st_mode):  # Perhaps a folder since it was listed, of which Python makes no file.
        os.close(source)
        log.warning("%r is left out: it is no file", name)
        return 0
    with open(source, "rb") as file:
        if leave_out(name, info.st_size):
            return 0
        with open(dest, "xb") as copy:
            written = 0
            while block := file.read(BLOCK):
                written += len(block)
                if written > most:
                    raise TooMuch("more bytes than max_dir_size")
                copy.write(block)
    return written
