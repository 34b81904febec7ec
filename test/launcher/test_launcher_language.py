"""The gate and the launcher have one language: what passes the gate is read, and what is read passes the gate."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

from launcher import paths

GATE = Path(__file__).parents[2] / "images/gate/haproxy.cfg"
ADA, WORK, BASE = "616461", "776f726b", "62617365"
ASKED = [
    ("GET", "/launcher/gpus"),
    ("GET", "/launcher/servers"),
    ("GET", f"/launcher/{ADA}/-"),
    ("GET", f"/launcher/{ADA}/{WORK}"),
    ("POST", f"/launcher/{ADA}/-/stop"),
    ("POST", f"/launcher/{ADA}/{WORK}/remove"),
    ("POST", f"/launcher/{ADA}/-/start/default"),
    ("POST", f"/launcher/{ADA}/-/start/default/2001/100"),
    ("POST", f"/launcher/{ADA}/{WORK}/start/two-gpus"),
    ("POST", f"/launcher/{ADA}/-/start/small~{BASE}"),
    ("POST", f"/launcher/{ADA}/{WORK}/start/small~{BASE}/0/4294967295"),
    ("POST", f"/launcher/{'f0' * 1020}/{'61' * 30}/start/{'a' * 40}~{'f0' * 60}/9999999999/9999999999"),
]
WANTED = [("GET", ["state"]), ("GET", ["gpus"]), ("GET", ["servers"]), ("POST", ["end"]), ("POST", ["make"])]
OF_ALL = {"gpus": paths.GPUS, "servers": paths.SERVERS}
PIECES = [
    *[
        "/",
        "//",
        "-",
        "~",
        "~~",
        "61",
        "6",
        "2d",
        "7e",
        "A1",
        "g",
        "0",
        "01",
        "start",
        "stop",
        "remove",
        "gpus",
        "gpu",
        "servers",
    ],
    *["..", ".", "%2d", "%7e", ";", "?", "#", "\n", "\0", " ", "é", "٣", "launcher", "default", "-1", "a" * 41],
]


def rules() -> dict[str, re.Pattern[str]]:
    text = GATE.read_text()
    found = dict(re.findall(r"acl (state|end|make) var\(txn\.path\) -m reg (\^/launcher/\S+)", text))
    assert sorted(found) == ["end", "make", "state"]
    for name in OF_ALL:
        assert f"acl {name} var(txn.path) -m str /launcher/{name}\n" in text
    return {name: re.compile(rule.replace(r"\z", r"\Z"), re.ASCII) for name, rule in found.items()}


def mangled(chance: random.Random) -> tuple[str, str]:
    method, path = chance.choice(ASKED)
    for _ in range(chance.randrange(4)):
        at, length = chance.randrange(len(path) + 1), chance.randrange(8)
        match chance.randrange(4):
            case 0:
                path = path[:at] + chance.choice(PIECES) + path[at:]
            case 1:
                path = path[:at] + path[at + length :]
            case 2:
                path = path[: at + length] + path[at:]
            case _:
                other = chance.choice(ASKED)[1]
                path = path[:at] + other[chance.randrange(len(other)) :]
    return (method if chance.random() < 0.9 else chance.choice(["GET", "POST", "HEAD", "PUT", "get"])), path


def test_the_gate_and_the_launcher_read_the_same() -> None:
    known = rules()
    seed = int(os.environ.get("FUZZ_SEED") or random.randrange(2**32))
    chance = random.Random(seed)
    read = 0
    for _ in range(20_000):
        method, path = mangled(chance)
        kinds = [name for name, rule in known.items() if rule.match(path)]
        kinds += [name for name, whole in OF_ALL.items() if path == whole]
        passes = (method, kinds) in WANTED
        asked = paths.parse(method, path)
        is_read = asked is not None or (method == "GET" and path in OF_ALL.values())
        assert is_read is passes, f"seed {seed}: {method} {path!r} {kinds} {asked}"
        read += is_read
    # Mangled so little that some still pass, so much that most do not.
    assert 2_000 < read < 15_000
