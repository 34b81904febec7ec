"""A base of homes as images/homes finds it."""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import running
import wanted

ADA, GRACE = 52001, 52002
NAMES = ["ada", "李雷", "josé@lab", "a b", "-x", "ℵ" * 60]


class Owners:
    """Fakes the owners of files, for tests that do not run as root. All else of the file system is real."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.owner: dict[tuple[int, int], tuple[int, int]] = {}
        self.real_stat, self.real_fstat = os.stat, os.fstat
        monkeypatch.setattr(os, "stat", lambda *args, **how: self.seen(self.real_stat(*args, **how)))
        monkeypatch.setattr(os, "fstat", lambda fd: self.seen(self.real_fstat(fd)))
        monkeypatch.setattr(os, "fchown", lambda fd, uid, gid: self.give(self.real_fstat(fd), uid, gid))
        monkeypatch.setattr(os, "chown", lambda path, uid, gid, **how: self.give(self.real_stat(path, **how), uid, gid))

    def give(self, info: os.stat_result, uid: int, gid: int) -> None:
        before = self.owner.get((info.st_dev, info.st_ino), (0, 0))
        self.owner[info.st_dev, info.st_ino] = (before[0] if uid == -1 else uid, before[1] if gid == -1 else gid)

    def seen(self, info: os.stat_result) -> os.stat_result:
        fields = list(info)
        fields[4:6] = self.owner.get((info.st_dev, info.st_ino), (0, 0))
        return os.stat_result(fields)


@pytest.fixture(autouse=True)
def owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:  # A parameter only so that pytest, which checks owners, makes its folder first.
    if os.geteuid() != 0:
        Owners(monkeypatch)
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The directory /bases/0 in the container, /srv/homes on the host."""
    folder = tmp_path / "bases" / "0"
    folder.mkdir(parents=True)
    return folder


def home(person: str = "ada", *parts: str, uid: int = ADA, gid: int = ADA) -> dict[str, Any]:
    return {"person": person, "base": 0, "parts": list(parts or [person]), "uid": uid, "gid": gid}


def ask(base: Path, *homes_: dict[str, Any], **more: Any) -> tuple[list[str], list[str]]:
    request = {
        "bases": ["/srv/homes"],
        "homes": homes_,
        "groups": [100, ADA, GRACE],
        "mode": "0700",
        "skeleton": [],
        "volumes": [],
        **more,
    }
    return running.run(wanted.parse(json.dumps(request)), str(base.parent.parent))


def seen(path: Path) -> tuple[int, int, str]:
    info = os.stat(path, follow_symlinks=False)
    return info.st_uid, info.st_gid, oct(stat.S_IMODE(info.st_mode))


def entries(folder: Path) -> dict[str, tuple[int, int, str]]:
    """All files below, with owner and mode."""
    return {str(path.relative_to(folder)): seen(path) for path in sorted(folder.rglob("*"))}


def file(path: str, content: bytes = b"x", executable: bool = False) -> dict[str, Any]:
    return {"path": path, "executable": executable, "content": base64.b64encode(content).decode()}


SKELETON = [
    file(".bashrc", b"alias ll=ls\n"),
    file("bin/hello", b"#!/bin/sh\n", executable=True),
    file("bin/lib/deep.txt"),
    file("notes.txt"),
]
