"""Whether the disk of the hub's data is full. Plain Python, for the health check too."""

import os

LEAST = 1024 * 1024
"""Bytes; below it SQLite may fail at any moment."""


def is_full(folder: object) -> bool:
    disk = os.statvfs(str(folder))
    return disk.f_bavail * disk.f_frsize < LEAST
