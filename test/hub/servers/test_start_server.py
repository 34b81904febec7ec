"""The program that starts a person's server (images/singleuser/start-server), on homes of every kind."""

import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[3] / "images/singleuser/start-server"
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"
SITE = f".local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


class Start:
    def __init__(self, folder: Path) -> None:
        self.home, self.runtime, self.safe = folder / "home", folder / "runtime", folder / "safe"
        self.home.mkdir()
        self.env: dict[str, str] = {}
        text = PROGRAM.read_text()
        for old, new in (
            ("/usr/bin/python3", sys.executable),
            ("/tmp/jupyter-runtime", str(self.runtime)),
            ("/tmp/safe-mode", str(self.safe)),
            ("/opt/jupyter/bin/python", sys._base_executable),
            ("PROBE_PATIENCE = 20", "PROBE_PATIENCE = 2"),
        ):
            assert old in text
            text = text.replace(old, new)
        self.program = folder / "start-server"
        self.program.write_text(text)
        self.program.chmod(0o755)

    def put(self, name: str, text: str = "") -> Path:
        file = self.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def run(self) -> tuple[int, dict[str, str], str]:
        """@returns exit code, the environment of what was started, and what was said"""
        env = {"PATH": f"/usr/local/bin:{self.home}/.local/bin:/usr/bin:/bin", "HOME": str(self.home), **self.env}
        command = [self.program, sys.executable, "-IS", "-c", SHOW]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, json.loads(done.stdout or "{}"), done.stderr


class FakeHub(http.server.BaseHTTPRequestHandler):
    answer, status = b'{"safe": true}', 200
    asked: list[str] = []

    def do_GET(self) -> None:
        type(self).asked.append(f"{self.path} {self.headers['Authorization']}")
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def start(tmp_path):
    return Start(tmp_path)


@pytest.fixture
def hub(start):
    class Hub(FakeHub):
        asked: list[str] = []

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    start.env = {
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{server.server_port}/lab/hub/api",
        "JUPYTERHUB_API_TOKEN": "secret",
    }
    yield Hub
    server.shutdown()
    server.server_close()


def test_a_usual_start_needs_no_home_and_says_nothing(start):
    code, env, said = start.run()
    assert (code, said) == (0, "")
    assert env["JUPYTER_RUNTIME_DIR"] == str(start.runtime) and start.runtime.is_dir()
    assert env["PATH"].split(":") == [
        "/opt/jupyter/bin",
        f"{start.home}/.local/bin",
        "/usr/local/bin",
        "/usr/bin",
        "/bin",
    ]
    assert "JUPYTER_CONFIG_DIR" not in env and "PYTHONNOUSERSITE" not in env
    assert list(start.home.iterdir()) == []


@pytest.mark.parametrize("left", ["folder", "file", "dangling", "link"])
def test_what_lies_where_the_runtime_files_go_is_in_nobodys_way(start, left):
    other = start.put("kept/notes.txt", "kept")
    if left == "folder":
        (start.runtime / "kernel-1").mkdir(parents=True)
    elif left == "file":
        start.runtime.write_text("")
    else:
        start.runtime.symlink_to(other.parent if left == "link" else "/nowhere/x")
    code, _, _ = start.run()
    assert code == 0 and start.runtime.is_dir() and not start.runtime.is_symlink()
    assert list(start.runtime.iterdir()) == [] and other.read_text() == "kept"


def test_a_folder_of_the_stack_file_is_left_alone(start):
    start.env = {"JUPYTER_RUNTIME_DIR": str(start.home)}
    file = start.put("notes.txt")
    assert start.run()[1]["JUPYTER_RUNTIME_DIR"] == str(start.home) and file.exists()


def test_files_of_the_home_that_take_part_are_named(start):
    settings = [
        start.put(".jupyter/jupyter_server_config.py", "c.X = 1"),
        start.put(".jupyter/jupyter_server_config.json", "{"),
        start.put(".jupyter/jupyter_server_config.d/x.json", "{}"),
        start.put(".local/etc/jupyter/jupyter_config.json", "{}"),
    ]
    everywhere = [start.put(f"{SITE}/usercustomize.py"), start.put(f"{SITE}/a.pth", "import sys\n")]
    start.put(f"{SITE}/plain.pth", "/srv/lib\n")
    code, _, said = start.run()
    assert code == 0
    assert f"take part in the start: {', '.join(map(str, settings + everywhere))}\n" in said
    assert f"{settings[1]} is left out: Expecting property name" in said


@pytest.mark.parametrize(
    "text,why",
    [
        ("import os; os._exit(3)", "Ends Python with exit code 3"),
        ("while True: pass", "Keeps Python from starting for more than 2 seconds"),
    ],
)
@pytest.mark.parametrize("name", ["usercustomize.py", "a.pth"])
def test_what_ends_every_python_ends_the_start_and_is_named(start, name, text, why):
    pth = f"import os; exec({text!r})\n"
    file = start.put(f"{SITE}/{name}", pth if name.endswith("pth") else text)
    code, env, said = start.run()
    assert (code, env) == (1, {}) and f"start-server: {why}: {file}\n" in said


@pytest.mark.parametrize("where", [".local", ".jupyter"])
@pytest.mark.parametrize("what", ["file", "dangling", "loop"])
def test_a_file_or_a_link_in_place_of_a_folder_ends_nothing(start, where, what):
    if what == "file":
        start.put(where)
    else:
        (start.home / where).symlink_to("/nowhere/x" if what == "dangling" else where)
    assert start.run()[0] == 0


def test_a_home_that_is_not_there_is_said(start):
    start.home.rmdir()
    code, env, said = start.run()
    assert (code, env, said) == (1, {}, f"start-server: The home {start.home} is not there.\n")


def test_a_full_home_is_said(start):
    start.env = {"HOME": "/proc/self"}
    assert start.run()[2].startswith("start-server: Nothing can be written into the home /proc/self: ")


def test_safe_mode_has_nothing_of_the_home(start, hub):
    start.put(f"{SITE}/usercustomize.py", "import os; os._exit(3)")
    start.put(".jupyter/jupyter_server_config.py", "raise SystemExit")
    start.put("notes.txt", "kept")
    before = {str(file) for file in start.home.rglob("*")}
    code, env, said = start.run()
    assert code == 0 and said == f"start-server: safe mode: nothing of {start.home} takes part in the start\n"
    assert hub.asked == ["/lab/hub/api/safe-mode token secret"]
    assert env["PYTHONNOUSERSITE"] == "1" and str(start.home) not in env["PATH"]
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        assert env[name].startswith(f"{start.safe}/")
    settings = json.loads((start.safe / "config/jupyter_server_config.json").read_text())
    assert settings["ServerApp"]["root_dir"] == str(start.home)
    assert settings["ServerApp"]["terminado_settings"]["shell_command"][:2] == ["/bin/bash", "--noprofile"]
    assert {str(file) for file in start.home.rglob("*")} == before


def test_settings_of_an_earlier_safe_mode_do_not_stay(start, hub):
    (start.safe / "config/jupyter_server_config.d").mkdir(parents=True)
    (start.safe / "config/jupyter_server_config.d/x.json").write_text("{")
    start.run()
    assert not (start.safe / "config/jupyter_server_config.d").exists()


@pytest.mark.parametrize(
    "status,answer",
    [(200, b'{"safe": false}'), (403, b'{"safe": true}'), (200, b"{"), (200, b"[]"), (200, b""), (503, b"away")],
)
def test_any_other_answer_is_a_usual_start(start, hub, status, answer):
    hub.status, hub.answer = status, answer
    code, env, said = start.run()
    assert (code, said) == (0, "") and "JUPYTER_CONFIG_DIR" not in env


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/hub/api", "https://127.0.0.1:1/", "http://", "x", "http://a:b/"])
def test_without_a_hub_it_is_a_usual_start(start, url):
    start.env = {"JUPYTERHUB_API_URL": url, "JUPYTERHUB_API_TOKEN": "secret"}
    code, _, said = start.run()
    assert (code, said) == (0, "")


def test_a_command_that_is_not_there_is_said(start):
    done = subprocess.run(
        [start.program, "nothing-of-the-sort"],
        env={"PATH": os.environ["PATH"], "HOME": str(start.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and done.stderr == "start-server: nothing-of-the-sort: No such file or directory\n"
