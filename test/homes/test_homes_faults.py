"""Killed runs, concurrent runs, a full disk; volumes; the whole program."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import making
import pytest
import running
import wanted
from homes_base import ADA, GRACE, SKELETON, ask, base, entries, home, owners, seen  # noqa: F401


class Killed(BaseException):
    pass


STEPS = ["mkdir", "open", "fchmod", "fchown", "chown", "rename", "rmdir", "unlink"]


def killed_at(monkeypatch: pytest.MonkeyPatch, step: int, run: Any) -> bool:
    """Kills a run before its step-th change: from then on every change fails, also those of clean-up code."""
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
