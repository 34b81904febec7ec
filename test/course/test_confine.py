"""What a student's notebook can do that is graded, tried by a program that runs as it would."""

import json
import os
import socket
import subprocess
import sys

import pytest
from course import confine

ATTEMPTS = """
import json, os, signal, socket, sys
other, port, parent = sys.argv[1], int(sys.argv[2]), os.getppid()
def tried(act):
    try:
        act()
        return "done"
    except OSError as error:
        return type(error).__name__
print(json.dumps({name: tried(act) for name, act in {
    "reads its folder": lambda: open("own.txt").read(),
    "writes in its folder": lambda: open("new.txt", "w").write("x"),
    "makes a folder": lambda: os.mkdir("folder"),
    "reads its file": lambda: open(sys.argv[3]).read(),
    "writes into its scratch": lambda: open(os.environ["HOME"] + "/x", "w").write("x"),
    "reads what may be read": lambda: open(sys.argv[4] + "/data.csv").read(),
    "throws away": lambda: open("/dev/null", "w").write("x"),
    "writes into what may be read": lambda: open(sys.argv[4] + "/data.csv", "w"),
    "reads another's": lambda: open(other + "/solution.txt").read(),
    "lists another's": lambda: os.listdir(other),
    "writes another's": lambda: open(other + "/solution.txt", "w"),
    "removes another's": lambda: os.remove(other + "/solution.txt"),
    "truncates another's": lambda: os.truncate(other + "/solution.txt", 0),
    "links to another's": lambda: os.symlink(other + "/solution.txt", "link"),
    "has another's for its own": lambda: os.link(other + "/solution.txt", "hard"),
    "moves another's here": lambda: os.rename(other + "/solution.txt", "moved"),
    "looks up": lambda: os.listdir(".."),
    "reads the environment of who runs it": lambda: open(f"/proc/{parent}/environ").read(),
    "reads the memory of who runs it": lambda: open(f"/proc/{parent}/mem", "rb").read(1),
    "goes by the root of who runs it": lambda: os.listdir(f"/proc/{parent}/root{other}"),
    "goes by the folder of who runs it": lambda: os.listdir(f"/proc/{parent}/cwd/"),
}.items()} | {
    "connects": tried(lambda: socket.create_connection(("127.0.0.1", port), 5).close()),
    "signals": tried(lambda: os.kill(parent, 0)),
    "token": os.environ.get("JUPYTERHUB_API_TOKEN"),
}))
"""

ALLOWED = {
    "reads its folder",
    "writes in its folder",
    "makes a folder",
    "reads its file",
    "writes into its scratch",
    "reads what may be read",
    "throws away",
}


@pytest.fixture
def world(tmp_path):
    # A Python that is installed in somebody's home is to be readable too.
    for folder in ("mine", "scratch", "data", "other"):
        (tmp_path / folder).mkdir()
    (tmp_path / "mine/own.txt").write_text("x")
    (tmp_path / "connection.json").write_text("{}")
    (tmp_path / "data/data.csv").write_text("1")
    (tmp_path / "other/solution.txt").write_text("another's")
    return tmp_path


def run(world, program, *arguments):
    readable = ":".join([str(world / "data"), sys.prefix, sys.base_prefix])
    # Servers have no capabilities, and one of root's (PERFMON) reads any environment.
    as_server = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    confined = [sys.executable, "-I", confine.__file__, world / "connection.json", world / "scratch", readable]
    return subprocess.run(
        [*as_server, *confined, sys.executable, "-c", program, *map(str, arguments)],
        cwd=world / "mine",
        env={**os.environ, "JUPYTERHUB_API_TOKEN": "secret", "PYTHONPATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_reaches_its_folder_and_nothing_of_anybody_else(world):
    with socket.create_server(("127.0.0.1", 0)) as server:
        arguments = [world / "other", server.getsockname()[1], world / "connection.json", world / "data"]
        done = run(world, ATTEMPTS, *arguments)
    if confine.version() < 1:
        assert (done.returncode, "no Landlock" in done.stderr) == (1, True)
        return
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found.pop("token") is None
    late = {name for name, since in (("connects", 4), ("signals", 6)) if confine.version() < since}
    assert {name for name, outcome in found.items() if outcome == "done"} == ALLOWED | late
    assert (world / "other/solution.txt").read_text() == "another's"
    assert (world / "data/data.csv").read_text() == "1"


def test_whatever_it_starts_is_as_confined(world):
    program = f"import subprocess, sys; sys.exit(subprocess.call(['/bin/cat', {str(world / 'other/solution.txt')!r}]))"
    done = run(world, program)
    assert (done.returncode, done.stdout) == (1, "")


def test_without_landlock_nothing_is_run(world, monkeypatch):
    monkeypatch.setattr(confine, "version", lambda: 0)
    with pytest.raises(OSError, match="no Landlock"):
        confine.confine({})
