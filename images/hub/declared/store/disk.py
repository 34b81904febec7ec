"""Whether the disk of the hub's data is full."""

import os

LEAST = 1024 * 1024
"""Bytes. With less, SQLite may fail at any moment. health.sh has the same number."""


def is_full(folder: object) -> bool:
    disk = os.statvfs(str(folder))
    return disk.f_bavail * disk.f_frsize < LEAST
