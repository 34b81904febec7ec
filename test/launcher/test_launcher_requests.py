"""The socket, what is no request, and how much is logged."""

from __future__ import annotations

import asyncio
import logging
import socket
import stat

import pytest
from fake_engine import PREFIX
from launcher.logs import LINES_A_MINUTE, LONGEST, Bounded, Short
from launcher.refusal import one_line
from launcher_world import World, world  # noqa: F401

ADA = f"{PREFIX}-u-ada"


async def test_the_socket_is_roots_alone_and_an_old_one_is_no_hindrance(world: World) -> None:
    assert stat.S_IMODE(world.socket.stat().st_mode) == 0o600
    await world.kill()
    world.socket.touch()
    world.socket.unlink()
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(world.socket))
    await world.begin()
    while (await asyncio.gather(world.state("ada"), return_exceptions=True))[0] != (
        404,
        {"message": f"no such container: {ADA}"},
    ):
        await asyncio.sleep(0.01)
    assert stat.S_IMODE(world.socket.stat().st_mode) == 0o600


NO_REQUESTS = [
    ("GET", "/", {}),
    ("GET", "/launcher/616461/-?x=y", {}),
    ("DELETE", "/launcher/616461/-", {}),
    ("POST", "/launcher/616461/-/start/default", {"data": b"{}"}),
    ("GET", "/launcher/616461/-", {"data": b"x"}),
    ("POST", "/launcher/health", {}),
    ("POST", "/launcher/gpus", {}),
    ("POST", "/launcher/servers", {}),
    ("GET", "/launcher/servers/-", {}),
    ("GET", "/launcher/servers?all", {}),
    ("GET", "/launcher/gpus?x", {}),
    ("GET", "/launcher/gpus", {"data": b"x"}),
]


@pytest.mark.parametrize(("method", "path", "more"), NO_REQUESTS)
async def test_what_is_no_request_is_refused(world: World, method: str, path: str, more: dict[str, object]) -> None:
    code, answer = await world.ask(method, path, **more)
    assert code == 400 and answer["message"]
    assert world.engine.asked("POST") == []


NO_NAMES = ["ff", "c0ae2e2e", "41", "2e2e", "6100", "612f62", "61253266", "613a62", "efbc81", "20", "edb080"]


@pytest.mark.parametrize("name", NO_NAMES)
async def test_what_is_no_name_reaches_no_docker(world: World, name: str) -> None:
    for method, end in (("GET", ""), ("POST", "/stop"), ("POST", "/remove"), ("POST", "/start/default")):
        assert await world.ask(method, f"/launcher/{name}/-{end}") == (
            403,
            {"message": "this name cannot be a person's"},
        )
    # But for the sweep of its start.
    assert [request for request in world.engine.requests if not request.startswith("GET /containers/json?")] == []


def test_the_log_is_bounded() -> None:
    now = [0.0]
    bounded = Bounded(lambda: now[0])
    record = lambda: logging.LogRecord("launcher", logging.INFO, "", 0, "said %s", ("x",), None)  # noqa: E731
    passed = [one for one in (record() for _ in range(5 * LINES_A_MINUTE)) if bounded.filter(one)]
    assert len(passed) == LINES_A_MINUTE and passed[-1].getMessage() == "More lines of this minute are left out"
    now[0] = 60
    assert bounded.filter(record())
    long = logging.LogRecord("launcher", logging.INFO, "", 0, "%s", ("x" * 100000,), None)
    assert len(Short().format(long)) <= LONGEST + 2
    assert one_line("a\n\x1b[31m b\u2028c" + "x" * 1000)[:12] == "a ?[31m b cx"
    assert len(one_line("x" * 1000)) == 400
