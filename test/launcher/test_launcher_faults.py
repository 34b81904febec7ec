"""Limits, kills, a Docker that goes away, a roster that is replaced, and what is left over."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from fake_engine import INSTANCE, PREFIX, ROSTER, Said
from launcher.document.policy import Policy, parse
from launcher.names import Server
from launcher.refusal import Refusal
from launcher.servers.limits import Limits
from launcher.servers.sweep import OLD
from launcher_world import World, document, labels, world  # noqa: F401

ADA = f"{PREFIX}-u-ada"


def limited(servers: int, starts: int) -> dict[str, object]:
    return document(limits={"servers": servers, "startsPerMinute": starts})


async def test_no_more_servers_than_allowed(world: World) -> None:
    world.engine.roster(limited(3, 1000))
    world.engine.add(f"{PREFIX}-u-x", "created", Labels=labels("x"))
    world.engine.add(f"{PREFIX}-u-y", "exited", Labels=labels("y"))
    world.engine.add("other-u-z", Labels=labels("z", **{"jupyterhub.instance": "other"}))
    world.engine.add(f"{PREFIX}-hub", Labels={"jupyterhub.instance": INSTANCE})
    assert [(await world.start(name))[0] for name in ("a", "b", "c")] == [200, 200, 429]
    assert (await world.start("d"))[1] == {
        "message": "all 3 places for servers are taken: stop a server that is not needed, or ask the administrator to "
        "raise launcher.servers"
    }
    assert (await world.start("a"))[0] == 200  # It runs already.
    await world.person("a", "/stop")
    assert (await world.start("c"))[0] == 200


async def test_no_more_servers_than_allowed_at_once(world: World) -> None:
    world.engine.roster(limited(5, 1000))
    codes = [code for code, _ in await asyncio.gather(*(world.start(f"p{number}") for number in range(40)))]
    assert sorted(codes) == [200] * 5 + [429] * 35
    assert len(world.engine.bodies) == 5


async def test_starts_at_once_share_what_they_read(world: World) -> None:
    codes = [code for code, _ in await asyncio.gather(*(world.start(f"p{number}") for number in range(50)))]
    assert codes == [200] * 50
    assert len(world.engine.asked(f"GET /containers/{ROSTER}/json")) < 20
    assert len(world.engine.asked("GET /containers/json")) < 20


async def test_no_more_starts_in_a_minute_than_allowed(world: World) -> None:
    world.engine.roster(limited(500, 3))
    assert [(await world.start(f"p{number}"))[0] for number in range(5)] == [200, 200, 200, 429, 429]
    assert (await world.start("p9"))[1] == {
        "message": "more than 3 servers would start within a minute: try again in a minute"
    }
    assert (await world.start("p0"))[0] == 200  # It runs already.
    assert len(world.engine.bodies) == 3


async def nobody() -> set[Server]:
    return set()


def small(servers: int, starts: int) -> Policy:
    return parse(json.dumps(limited(servers, starts)).encode())


async def test_a_minute_later_there_are_places_again() -> None:
    now = [0.0]
    limits = Limits(lambda: now[0])
    for moment, allowed in [(0, True), (30, True), (59.9, False), (60, True), (89, False), (90, True)]:
        now[0] = moment
        try:
            async with limits.place(Server(str(moment)), small(500, 2), nobody):
                pass
        except Refusal:
            assert not allowed
        else:
            assert allowed


async def test_one_made_while_others_are_counted_is_counted() -> None:
    limits = Limits()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> set[Server]:
        begun.set()
        await go_on.wait()
        return set()

    async with limits.place(Server("a"), small(1, 100), nobody):
        counting = asyncio.create_task(limits.place(Server("b"), small(1, 100), slow).__aenter__())
        await begun.wait()
    go_on.set()
    with pytest.raises(Refusal):
        await counting
    # At the next counting Docker has seen it, or it is gone.
    async with limits.place(Server("c"), small(1, 100), nobody):
        pass


async def test_docker_away_is_said_and_then_all_goes_on(world: World) -> None:
    await world.start("ada")
    assert world.docker is not None
    world.docker.close()
    Path(world.settings.docker).unlink()
    world.engine.drop()
    for answer in (
        await world.state("ada"),
        await world.start("bob"),
        await world.person("ada", "/stop"),
        await world.ask("GET", "/launcher/health"),
    ):
        assert answer[0] == 503 and answer[1]["message"].startswith("Docker does not answer: ")
    world.docker = await world.engine.listen(Path(world.settings.docker))
    assert [(await world.start("bob"))[0], (await world.person("ada", "/stop"))[0]] == [200, 204]
    assert await world.ask("GET", "/launcher/health") == (200, "ready\n")


@pytest.mark.parametrize("reason", [(500, "x"), (0, b""), (200, "no list"), (404, "page not found")])
async def test_an_unclear_answer_is_no_answer(world: World, reason: tuple[int, str]) -> None:
    """The hub takes a 404 for the answer that there is no server."""
    world.engine.answers[f"GET /containers/{ADA}/json"] = reason
    for answer in (await world.state("ada"), await world.start("ada"), await world.person("ada", "/remove")):
        assert answer[0] == 503
    assert world.engine.bodies == []


async def test_docker_finds_containers_by_the_beginning_of_ids_too(world: World) -> None:
    other = world.engine.add("other")
    world.engine.containers[ADA] = other
    assert (await world.state("ada"))[0] == 503
    assert (await world.person("ada", "/remove"))[0] == 503


async def test_a_new_roster_is_read_once(world: World) -> None:
    for name in ("ada", "bob", "ada"):
        await world.start(name)
    assert len(world.engine.asked("GET /containers/0")) == 1
    world.engine.roster(document(blocked=["carol"]))
    assert (await world.start("carol"))[0] == 403
    assert (await world.start("eve"))[0] == 200
    assert len(world.engine.asked("GET /containers/0")) == 2


BROKEN = ["", "{", json.dumps(document(version=1)), json.dumps(document(prefix="dev-other"))]


@pytest.mark.parametrize("content", BROKEN)
async def test_what_was_read_last_stays_in_force(world: World, content: str) -> None:
    await world.start("ada")
    world.engine.roster(content)
    assert [(await world.start("bob"))[0], (await world.start("eve"))[0]] == [200, 403]
    del world.engine.containers[ROSTER]
    assert [(await world.start("carol"))[0], (await world.start("eve"))[0]] == [200, 403]
    world.engine.roster(document(others=None))
    assert (await world.start("dora"))[0] == 403


@pytest.mark.parametrize("content", BROKEN)
async def test_without_templates_nothing_starts(world: World, content: str, caplog: pytest.LogCaptureFixture) -> None:
    world.engine.roster(content)
    message = {"message": "the templates of servers cannot be read yet: try again in a minute"}
    for _ in range(3):
        assert await world.start("ada") == (503, message)
        assert await world.ask("GET", "/launcher/health") == (503, message)
    said = [record for record in caplog.records if "cannot be read:" in record.getMessage()]
    assert len(said) == 1 and ROSTER in said[0].getMessage()
    del world.engine.containers[ROSTER]
    assert await world.start("ada") == (503, message)
    world.engine.roster(document())
    assert (await world.start("ada"))[0] == 200


async def test_a_roster_of_another_stack_is_not_read(world: World) -> None:
    world.engine.roster(document(), instance="other")
    assert (await world.start("ada"))[0] == 503
    assert world.engine.asked("GET /containers/0") == []


KILLED_AT = [
    "POST /containers/create?name=dev-abc-accounts",
    "POST /containers/create?name=dev-abc-homes",
    "POST /containers/create?name=dev-abc-u-",
    "PUT /containers/",
]


@pytest.mark.parametrize("at", KILLED_AT)
async def test_a_launcher_killed_at_any_moment_forgets_nothing(world: World, at: str) -> None:
    world.engine.says["accounts"] = Said(stdout=b"grace:x:2002:2002::/home/grace:/bin/sh\n")
    world.engine.held[at] = asyncio.Event()
    starting = asyncio.create_task(world.start("grace"))
    while not world.engine.asked(at):
        await asyncio.sleep(0.001)
    await world.kill()
    starting.cancel()
    world.engine.held.pop(at).set()
    # What Docker had been told before: made, and never started.
    for what in ("u-grace", "homes-killed"):
        if f"{PREFIX}-{what}" not in world.engine.containers:
            mark = labels("grace") if what == "u-grace" else {"jupyterhub.homes": INSTANCE}
            world.engine.add(f"{PREFIX}-{what}", "created", Labels=mark)
    await world.begin()
    assert (await world.start("grace"))[0] == 200
    for one in world.engine.containers.values():
        one.created -= 2 * OLD
    await world.launcher._sweep.once()
    assert sorted(world.engine.containers) == [ROSTER, f"{PREFIX}-u-grace"]
