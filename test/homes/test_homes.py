"""Home directories: created completely or not at all. Existing ones are not changed, and no link is followed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from homes_base import ADA, GRACE, NAMES, SKELETON, ask, base, entries, file, home, owners, seen  # noqa: F401


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


@pytest.mark.parametrize(
    ("mode", "owner", "who"),
    [
        (0o755, (GRACE, 0), f"uid {GRACE}"),
        (0o755, (60000, 0), "uid 60000"),
        (0o775, (0, GRACE), f"group {GRACE}"),
        (0o755, (7, 0), "uid 7"),
        (0o755, (6, 0), None),
        (0o755, (60001, 0), None),
        (0o755, (0, 60000), None),
        (0o775, (0, 60001), None),
        (0o775, (0, 0), None),
    ],
)
def test_nobody_of_the_ranges_may_write_above_a_home(
    base: Path, mode: int, owner: tuple[int, int], who: str | None
) -> None:
    os.chmod(base, mode)
    os.chown(base, *owner)
    problems = ask(base, home(), uids=[[7, 7], [ADA, 60000]])[1]
    assert [problem.split(",")[0] for problem in problems] == (
        [] if who is None else [f"/srv/homes can be written by {who}"]
    )


@pytest.mark.parametrize(
    "uids",
    [
        [[1]],
        [[1, 2, 3]],
        [[2, 1]],
        [[0, 5]],
        [[-1, 5]],
        [["1", "2"]],
        [[1, 2.0]],
        [[True, 2]],
        [1, 2],
        [None],
        [[[1, 2]]],
    ],
)
def test_what_is_no_range_is_refused(base: Path, uids: list[object]) -> None:
    with pytest.raises(ValueError, match="no range of ids"):
        ask(base, home(), uids=uids)
    assert entries(base) == {}


def test_all_problems_are_told_at_once(base: Path) -> None:
    (base / "ada").symlink_to("/etc")
    (base / "grace").write_text("x")
    assert ask(base, home(), home("grace", uid=GRACE), home("alan"))[1] == [
        "ada: /srv/homes/ada is a symbolic link; below /srv/homes none is followed",
        "grace: /srv/homes/grace is no directory",
    ]
