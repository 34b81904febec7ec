"""Home directories: made whole or not at all, and nothing that is there is touched or followed."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import making
import pytest
import running
import wanted

ADA, GRACE = 52001, 52002
NAMES = ["ada", "李雷", "josé@lab", "a b", "-x", "ℵ" * 60]


class Owners:
    """Who owns what, for tests that do not run as root: the rest of the file system is real, and root's."""

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
) -> Iterator[None]:  # pytest makes its folder first: it asks who owns it
    if os.geteuid() != 0:
        Owners(monkeypatch)
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """What the container has as /bases/0, and the host as /srv/homes."""
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
    """Everything below, with owner and mode."""
    return {str(path.relative_to(folder)): seen(path) for path in sorted(folder.rglob("*"))}


def file(path: str, content: bytes = b"x", executable: bool = False) -> dict[str, Any]:
    return {"path": path, "executable": executable, "content": base64.b64encode(content).decode()}


SKELETON = [
    file(".bashrc", b"alias ll=ls\n"),
    file("bin/hello", b"#!/bin/sh\n", executable=True),
    file("bin/lib/deep.txt"),
    file("notes.txt"),
]


def test_a_missing_home_is_made_for_its_person(base: Path) -> None:
    assert ask(base, home()) == (["ada: made /srv/homes/ada (52001:52001)"], [])
    assert entries(base) == {"ada": (ADA, ADA, "0o700")}


@pytest.mark.parametrize("name", NAMES)
def test_any_name_that_a_person_may_have(base: Path, name: str) -> None:
    made, problems = ask(base, home(name), mode="0750")
    assert (len(made), problems) == (1, [])
    assert [path.name for path in base.iterdir()] == [name]
    assert entries(base) == {name: (ADA, ADA, "0o750")}


def test_directories_above_a_home_are_roots(base: Path) -> None:
    assert (
        ask(base, home("ada", "people", "ada", "home"), home("grace", "people", "grace", "home", uid=GRACE, gid=GRACE))[
            1
        ]
        == []
    )
    assert entries(base) == {
        "people": (0, 0, "0o755"),
        "people/ada": (0, 0, "0o755"),
        "people/ada/home": (ADA, ADA, "0o700"),
        "people/grace": (0, 0, "0o755"),
        "people/grace/home": (GRACE, GRACE, "0o700"),
    }


def test_a_base_that_hands_its_group_down_does_not_hand_it_to_homes(base: Path) -> None:
    os.chmod(base, 0o2755)
    ask(base, home())
    assert seen(base / "ada") == (ADA, ADA, "0o700")


def test_a_new_home_gets_the_skeleton(base: Path) -> None:
    assert ask(base, home(), skeleton=SKELETON)[1] == []
    assert entries(base / "ada") == {
        ".bashrc": (ADA, ADA, "0o644"),
        "bin": (ADA, ADA, "0o755"),
        "bin/hello": (ADA, ADA, "0o755"),
        "bin/lib": (ADA, ADA, "0o755"),
        "bin/lib/deep.txt": (ADA, ADA, "0o644"),
        "notes.txt": (ADA, ADA, "0o644"),
    }
    assert (base / "ada" / ".bashrc").read_bytes() == b"alias ll=ls\n"


def test_what_is_in_a_home_is_never_touched(base: Path) -> None:
    ask(base, home())
    (base / "ada" / ".bashrc").write_text("mine")
    (base / "ada" / "bin").symlink_to("/etc")
    os.chmod(base / "ada", 0o755)
    before = entries(base)
    assert ask(base, home(gid=GRACE), skeleton=SKELETON, mode="0700") == ([], [])
    assert entries(base) == before
    assert (base / "ada" / ".bashrc").read_text() == "mine"


def test_somebody_elses_home_is_refused_with_the_way_out(base: Path) -> None:
    (base / "ada").mkdir()
    (base / "a b").mkdir()
    made, problems = ask(base, home(), home("a b", uid=GRACE, gid=100), home("grace", uid=GRACE))
    assert problems == [
        "ada: /srv/homes/ada belongs to uid 0, not 52001; if it is to be theirs: chown -R 52001:52001 /srv/homes/ada",
        "a b: /srv/homes/a b belongs to uid 0, not 52002; if it is to be theirs: chown -R 52002:100 '/srv/homes/a b'",
    ]
    assert made == []
    assert not (base / "grace").exists()  # Nothing is made while something is wrong.
    assert seen(base / "ada")[:2] == (0, 0)


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("target", ["/etc", "elsewhere", "missing"])
def test_a_link_is_refused_at_every_level(base: Path, tmp_path: Path, level: int, target: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    parts = ["lab", "ada", "home"]
    base.joinpath(*parts[:level]).mkdir(parents=True, exist_ok=True)
    base.joinpath(*parts[: level + 1]).symlink_to(elsewhere if target == "elsewhere" else target)
    before = entries(base)
    made, problems = ask(base, home("ada", *parts))
    link = "/".join(["/srv/homes", *parts[: level + 1]])
    assert (made, problems) == ([], [f"ada: {link} is a symbolic link; below /srv/homes none is followed"])
    assert entries(base) == before
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_file_in_the_way_is_refused_at_every_level(base: Path, level: int) -> None:
    parts = ["lab", "ada", "home"]
    base.joinpath(*parts[:level]).mkdir(parents=True, exist_ok=True)
    base.joinpath(*parts[: level + 1]).write_text("x")
    assert ask(base, home("ada", *parts)) == (
        [],
        [f"ada: {'/'.join(['/srv/homes', *parts[: level + 1]])} is no directory"],
    )


@pytest.mark.parametrize("parts", [[".."], ["ada", ".."], ["..", "etc"], ["."], [""], ["a/b"], ["a\0b"], []])
def test_no_path_leads_out_of_the_base(base: Path, parts: list[str]) -> None:
    with pytest.raises(ValueError, match="no path below a base"):
        ask(base, {**home(), "parts": parts})
    for path in ("../x", "/x", "a//b"):
        with pytest.raises(ValueError, match="no path below a base"):
            ask(base, home(), skeleton=[file(path)])
    assert entries(base.parent) == {"0": seen(base)}


@pytest.mark.parametrize(
    ("mode", "owner", "who"),
    [
        (0o757, (0, 0), "everybody"),
        (0o1777, (0, 0), "everybody"),
        (0o775, (0, 100), "group 100"),
        (0o775, (0, GRACE), f"group {GRACE}"),
        (0o755, (GRACE, 0), f"uid {GRACE}"),
    ],
)
@pytest.mark.parametrize("level", [0, 1])
def test_nobody_listed_may_write_above_a_home(
    base: Path, level: int, mode: int, owner: tuple[int, int], who: str
) -> None:
    (base / "lab").mkdir()
    above = [base, base / "lab"][level]
    os.chmod(above, mode)
    os.chown(above, *owner)
    shown = ["/srv/homes", "/srv/homes/lab"][level]
    people = [home("ada", "lab", "ada"), home("grace", "lab", "grace", uid=GRACE, gid=GRACE)]
    made, problems = ask(base, *people)
    assert (made, problems) == (
        [],  # Said once, however many homes are below.
        [
            f"{shown} can be written by {who}, who could put a link in place of a home: "
            f"chown root {shown}; chmod go-w {shown}"
        ],
    )


def test_other_people_may_own_what_is_above(base: Path) -> None:
    os.chmod(base, 0o775)
    os.chown(base, 1, 2)
    assert ask(base, home())[1] == []


def test_all_problems_are_told_at_once(base: Path) -> None:
    (base / "ada").symlink_to("/etc")
    (base / "grace").write_text("x")
    assert ask(base, home(), home("grace", uid=GRACE), home("alan"))[1] == [
        "ada: /srv/homes/ada is a symbolic link; below /srv/homes none is followed",
        "grace: /srv/homes/grace is no directory",
    ]


class Killed(BaseException):
    pass


STEPS = ["mkdir", "open", "fchmod", "fchown", "chown", "rename", "rmdir", "unlink"]


def killed_at(monkeypatch: pytest.MonkeyPatch, step: int, run: Any) -> bool:
    """Ends a run before its step-th change: after that nothing works any more, as in a process that is gone."""
    count = 0
    with monkeypatch.context() as patch:
        for name in STEPS:
            real = getattr(os, name)

            def counted(*args: Any, real: Any = real, **how: Any) -> Any:
                nonlocal count
                count += 1
                if count >= step:
                    raise Killed
                return real(*args, **how)

            patch.setattr(os, name, counted)
        try:
            run()
        except Killed:
            return True
    return False


def test_a_run_killed_at_any_step_leaves_no_half_home(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [home("ada"), home("grace", "lab", "grace", uid=GRACE, gid=GRACE)]
    ask(base, *people, skeleton=SKELETON)
    whole = entries(base)
    steps = 0
    while True:
        for made in base.iterdir():
            shutil.rmtree(made)
        steps += 1
        if not killed_at(monkeypatch, steps, lambda: ask(base, *people, skeleton=SKELETON)):
            break
        left = entries(base)
        for path in ("ada", "lab"):
            assert path not in left or {k: v for k, v in left.items() if k.split("/")[0] == path} == {
                k: v for k, v in whole.items() if k.split("/")[0] == path
            }
        assert ask(base, *people, skeleton=SKELETON)[1] == []
        assert entries(base) == whole
    assert steps > 30


def test_a_killed_run_and_one_killed_while_it_cleared_away(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in range(1, 12):
        assert killed_at(monkeypatch, 12, lambda: ask(base, home(), skeleton=SKELETON))
        assert killed_at(monkeypatch, step, lambda: ask(base, home(), skeleton=SKELETON))
        assert ask(base, home(), skeleton=SKELETON)[1] == []
        assert [path.name for path in base.iterdir()] == ["ada"]
        shutil.rmtree(base / "ada")


def test_what_is_cleared_away_is_cleared_without_following_links(base: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    unfinished = base / ".jupyterhub-new"
    unfinished.mkdir()
    (unfinished / "link").symlink_to(kept)
    ask(base, home())
    assert [path.name for path in base.iterdir()] == ["ada"]
    assert (kept / "file").exists()
    unfinished.symlink_to(kept)
    made, problems = ask(base, home("alan"))
    assert made == []
    assert len(problems) == 1
    assert problems[0].startswith("alan: /srv/homes/alan: ")
    assert (kept / "file").exists()


@pytest.mark.parametrize("planted", ["link", "directory", "file"])
def test_what_appears_between_look_and_rename_is_neither_replaced_nor_followed(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    build = making.build

    def plant(*args: Any) -> None:
        build(*args)
        target = base / "ada"
        target.symlink_to(
            elsewhere
        ) if planted == "link" else target.mkdir() if planted == "directory" else target.write_text("x")

    monkeypatch.setattr(making, "build", plant)
    made, problems = ask(base, home(), skeleton=SKELETON)
    assert (made, problems) == ([], ["ada: /srv/homes/ada was made by somebody else meanwhile; try again"])
    assert [path.name for path in base.iterdir()] == ["ada"]
    assert list(elsewhere.iterdir()) == []
    assert seen(base / "ada")[:2] == (0, 0)


def test_a_directory_exchanged_for_a_link_on_the_way_down_is_not_followed(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (base / "lab").mkdir()
    look = running.look

    def exchange(*args: Any) -> bool:
        found = look(*args)
        if (base / "lab").is_dir() and not (base / "lab").is_symlink():
            (base / "lab").rename(tmp_path / "away")
            (base / "lab").symlink_to(elsewhere)
        return found

    monkeypatch.setattr(running, "look", exchange)
    made, problems = ask(base, home("ada", "lab", "ada"))
    assert (made, problems) == ([], ["ada: /srv/homes/lab is a symbolic link; below /srv/homes none is followed"])
    assert list(elsewhere.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fchmod", full)
        assert ask(base, home(), home("grace", uid=GRACE))[1] == [
            "ada: /srv/homes/ada: No space left on device",
            "grace: /srv/homes/grace: No space left on device",
        ]
    assert list(base.iterdir()) == []


def test_one_run_at_a_time_works_in_a_base(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LOCK_SECONDS", 0)
    held = os.open(base, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with pytest.raises(wanted.Refused, match="/srv/homes: another run has been at work here for 0 s"):
        ask(base, home())
    os.close(held)
    assert ask(base, home())[1] == []


@pytest.fixture
def volume(base: Path) -> Path:
    folder = base.parent.parent / "volumes" / "0"
    folder.mkdir(parents=True)
    return folder


def test_a_new_volume_is_opened_to_everybodys_group_once(base: Path, volume: Path) -> None:
    assert ask(base, volumes=["team"]) == (["volume team: opened to group 100"], [])
    assert seen(volume) == (0, 100, "0o2775")
    os.chmod(volume, 0o750)
    assert ask(base, volumes=["team"]) == ([], [])
    assert seen(volume) == (0, 100, "0o750")


def test_a_volume_with_something_in_it_or_an_owner_is_left_alone(base: Path, volume: Path) -> None:
    (volume / "file").write_text("x")
    assert ask(base, volumes=["team"]) == ([], [])
    (volume / "file").unlink()
    os.chown(volume, ADA, 0)
    assert ask(base, volumes=["team"]) == ([], [])
    assert seen(volume)[:2] == (ADA, 0)


def test_as_a_program_it_reads_the_list_and_ends_with_1_when_something_is_wrong() -> None:
    def program(request: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", str(Path(wanted.__file__).parent)],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            check=False,
        )

    nothing = {"bases": [], "homes": [], "groups": [], "mode": "0700", "skeleton": [], "volumes": []}
    done = program(nothing)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    failed = program({**nothing, "volumes": ["no-such-volume"]})
    assert (failed.returncode, failed.stderr) == (1, "volume no-such-volume: No such file or directory\n")
