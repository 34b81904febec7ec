"""The rules between the rooms of declared/ and of launcher/ (pyproject.toml) bite: a copy breaks them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def rooms(tmp_path):
    shutil.copytree(CHECKOUT / "images/hub/declared", tmp_path / "declared")
    shutil.copytree(CHECKOUT / "images/launcher/launcher", tmp_path / "launcher")
    return tmp_path / "declared"


def lint(rooms):
    return subprocess.run(
        [LINT_IMPORTS, "pyproject.toml", "--no-cache", "--no-logo"],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(rooms.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_there_keeps_them(rooms):
    done = lint(rooms)
    assert done.returncode == 0 and "4 kept, 0 broken" in done.stdout


BREAKS = [
    ("people/roster.py", "from .. import context", "declared.people is not allowed to import declared.context"),
    ("store/disk.py", "from ..people import keeper", "declared.store is not allowed to import declared.people"),
    ("settings.py", "from .store import disk", "declared.settings is not allowed to import declared.store"),
    ("login/dummy.py", "from ..servers import api", "declared.login is not allowed to import declared.servers"),
    ("servers/api.py", "from ..login import dummy", "declared.servers is not allowed to import declared.login"),
    ("servers/kick.py", "from .. import app", "declared.servers is not allowed to import declared.app"),
    ("people/passwords.py", "from . import keeper", "No circles BROKEN"),
    ("servers/culler.py", "from .. import context", "declared.servers is not allowed to import declared.context"),
    (
        "../launcher/document/policy.py",
        "from .. import paths",
        "launcher.document is not allowed to import launcher.paths",
    ),
    (
        "../launcher/docker/once.py",
        "from .. import document",
        "launcher.docker is not allowed to import launcher.document",
    ),
    ("../launcher/turns.py", "from .servers import sweep", "launcher.turns is not allowed to import launcher.servers"),
    ("../launcher/document/reader.py", "from . import policy", "No cycles are allowed in launcher.document."),
]


def test_what_breaks_one_is_named(rooms):
    for file, line, _ in BREAKS:
        with (rooms / file).open("a") as module:
            module.write(f"\n{line}\n")
    done = lint(rooms)
    assert done.returncode == 1 and [said for _, _, said in BREAKS if said not in done.stdout] == []


def test_a_new_module_is_given_its_place(rooms):
    for place in (rooms, rooms.parent / "launcher"):
        (place / "attic.py").write_text("")
        done = lint(rooms)
        assert done.returncode == 1 and "attic" in done.stdout + done.stderr
        (place / "attic.py").unlink()
