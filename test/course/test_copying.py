"""What is copied of a submission whose student wants another's files to be copied."""

import logging
import os
import threading

import pytest
from course import copying
from course.copying import Limits, TooMuch, copy_submission

LOG = logging.getLogger("course")


@pytest.fixture
def place(tmp_path):
    for folder in ("in/data/deep", "secret"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "in/one.ipynb").write_text("{}")
    (tmp_path / "in/data/deep/table.csv").write_text("1,2")
    (tmp_path / "secret/solution.txt").write_text("another's")
    return tmp_path


def copied(place, leave_out=lambda name, size: False, **limits):
    copy_submission(place / "in", place / "out", Limits(**{"most_bytes": 1000, "leave_out": leave_out, **limits}), LOG)
    return {
        os.path.relpath(os.path.join(folder, name), place / "out"): open(os.path.join(folder, name)).read()
        for folder, _, files in os.walk(place / "out")
        for name in files
    }


HONEST = {"one.ipynb": "{}", "data/deep/table.csv": "1,2"}


def test_files_are_copied_with_their_folders(place):
    assert copied(place) == HONEST


def test_links_are_left_out_and_what_is_no_file(place, caplog):
    os.symlink("../secret/solution.txt", place / "in/link.txt")
    os.symlink("/etc/passwd", place / "in/data/passwd")
    os.symlink("../secret", place / "in/folder")
    os.symlink("nowhere", place / "in/dangling")
    os.mkfifo(place / "in/fifo")
    assert copied(place) == HONEST
    assert not os.path.lexists(place / "out/folder")
    left_out = {record.getMessage().split(" is ")[0] for record in caplog.records}
    assert left_out == {"'link.txt'", "'passwd'", "'dangling'", "'fifo'"}


def test_a_link_that_is_a_folder_when_it_is_opened_is_left_out(place, monkeypatch):
    os.symlink("../secret", place / "in/late")
    listed = os.fwalk

    def exchanged(*args, **options):
        for number, found in enumerate(listed(*args, **options)):
            if number == 0:
                os.remove(place / "in/late")
                os.mkdir(place / "in/late")
            yield found

    monkeypatch.setattr(copying.os, "fwalk", exchanged)
    assert copied(place) == HONEST


def test_the_submission_itself_may_be_no_link(place):
    os.rename(place / "in", place / "real")
    os.symlink("secret", place / "in")
    with pytest.raises(NotADirectoryError):
        copied(place)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_nobody_wins_by_being_fast(place, what):
    """Exchanged for a link all the time, while it is copied again and again."""
    inside, outside = (
        (place / "in/one.ipynb", "../secret/solution.txt") if what == "file" else (place / "in/data", "../secret")
    )
    (place / "secret/deep").mkdir()
    (place / "secret/deep/table.csv").write_text("another's")
    aside = place / "aside"
    over = threading.Event()

    def exchange():
        while not over.is_set():
            os.rename(inside, aside)
            os.symlink(outside, inside)
            os.remove(inside)
            os.rename(aside, inside)

    attacker = threading.Thread(target=exchange)
    attacker.start()
    try:
        for number in range(150):
            out = place / f"out{number}"
            try:
                copy_submission(place / "in", out, Limits(1000, lambda *_: False), LOG)
            except FileNotFoundError:
                continue
            found = [file.read_text() for file in out.rglob("*") if file.is_file()]
            assert "another's" not in found
    finally:
        over.set()
        attacker.join()


def test_what_the_settings_leave_out(place):
    assert copied(place, lambda name, size: name == "data" or size > 100) == {"one.ipynb": "{}"}
    (place / "in/large").write_text("x" * 101)
    os.rename(place / "out", place / "before")
    assert copied(place, lambda name, size: size > 100) == HONEST


def test_too_much_is_refused_and_not_copied_on(place, monkeypatch):
    monkeypatch.setattr(copying, "BLOCK", 10)
    (place / "in/z").write_text("x" * 100)
    with pytest.raises(TooMuch, match="bytes"):
        copied(place, most_bytes=50)
    assert sum(file.stat().st_size for file in (place / "out").rglob("*") if file.is_file()) <= 50
    os.rename(place / "out", place / "before")
    with pytest.raises(TooMuch, match="more than 2 files"):
        copied(place, most_files=2)
