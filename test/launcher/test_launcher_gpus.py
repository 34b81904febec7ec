"""GPUs of the pool: one is one server's at a time, and free again when that is gone, whatever died meanwhile."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fake_engine import INSTANCE, PREFIX
from launcher.servers.sweep import OLD
from launcher_world import World, entry, labels, only, profiles, template, use, world  # noqa: F401


def refused(free: int, of: int, wanted: int, who: str) -> tuple[int, dict[str, str]]:
    are = "is" if free == 1 else "are"
    return 423, {"message": f"all GPUs are taken: {free} of {of} {are} free, and {who} needs {wanted}"}


def held(**people: int) -> list[dict[str, Any]]:
    return [{"person": name, "server": "", "gpus": number} for name, number in people.items()]


@pytest.fixture
async def pool(world: World) -> World:
    world.engine.roster({**profiles(), "people": {name: use(0) for name in ("ada", "bob", "cy", "dot")}})
    return world


def given(world: World) -> list[list[str]]:
    """As Docker was told, start by start."""
    return [body["HostConfig"]["DeviceRequests"][0]["DeviceIDs"] for body in world.engine.bodies]


async def test_each_gets_one_until_there_is_none_and_the_refusal_says_for_what(pool: World) -> None:
    assert await pool.gpus() == {"pool": 2, "free": 2, "held": []}
    assert (await pool.start("ada", profile="gpu"))[0] == 200
    assert await pool.start("cy", profile="two-gpus") == refused(1, 2, 2, "the profile two-gpus")
    assert (await pool.start("bob/work", profile="gpu"))[0] == 200
    assert given(pool) == [["0"], ["1"]]
    assert await pool.gpus() == {
        "pool": 2,
        "free": 0,
        "held": [*held(ada=1), {"person": "bob", "server": "work", "gpus": 1}],
    }
    pool.engine.requests.clear()
    assert await pool.start("cy", profile="gpu") == refused(0, 2, 1, "the profile gpu")
    # Nothing is made: no volume, no home, no container.
    assert pool.engine.asked("POST") == []
    assert (await pool.start("cy", profile="small"))[0] == 200
    assert (await pool.person("ada", "/stop"))[0] == 204
    assert (await pool.start("dot", profile="gpu"))[0] == 200
    assert pool.engine.bodies[-1]["HostConfig"]["DeviceRequests"][0]["DeviceIDs"] == ["0"]


async def test_one_without_profiles_reads_whose_server_it_is(world: World) -> None:
    given = profiles()
    world.engine.roster({**given, "menus": [{"default": entry(2, 2)}], "others": None})
    assert (await world.start("ada"))[0] == 200
    assert await world.start("grace/work") == refused(0, 2, 2, "the server of grace/work")


@pytest.mark.parametrize("state", ["created", "running", "paused", "restarting", "exited", "dead", "removing"])
async def test_a_container_has_its_gpus_as_long_as_it_is_there(pool: World, state: str) -> None:
    """Docker starts ended ones again after a reboot."""
    one = pool.engine.add(f"{PREFIX}-u-x", state, Labels=labels("x", **{"jupyterhub.gpus": "1"}))
    assert await pool.start("ada", profile="two-gpus") == refused(1, 2, 2, "the profile two-gpus")
    assert await pool.gpus() == {"pool": 2, "free": 1, "held": held(x=1)}
    assert (await pool.start("ada", profile="gpu"))[0] == 200
    await pool.person("ada", "/remove")
    del pool.engine.containers[one.name]
    assert (await pool.start("ada", profile="two-gpus"))[0] == 200


async def test_one_of_this_stack_counts_whoever_made_it_and_others_do_not(pool: World) -> None:
    pool.engine.add("declared", "exited", Labels={"jupyterhub.instance": INSTANCE, "jupyterhub.gpus": "0"})
    other = {"jupyterhub.instance": "other", "jupyterhub.gpus": "1"}
    pool.engine.add("other-u-x", Labels=other)
    assert (await pool.gpus())["free"] == 1
    pool.engine.add("elsewhere", Labels={**other, "jupyterhub.instance": INSTANCE, "jupyterhub.gpus": "7,8"})
    # Those are in no pool.
    assert await pool.gpus() == {"pool": 2, "free": 1, "held": [{"person": "", "server": "", "gpus": 1}]}


async def test_starts_at_once_get_different_ones(pool: World) -> None:
    names = [f"{name}/{number}" for name in ("ada", "bob", "cy", "dot") for number in (1, 2)]
    answers = await asyncio.gather(*(pool.start(name, profile="gpu") for name in names))
    assert sorted(code for code, _ in answers) == [200] * 2 + [423] * 6
    assert sorted(given(pool)) == [["0"], ["1"]]


async def test_one_that_is_being_made_has_its_gpu_already(pool: World) -> None:
    hold = pool.engine.held["POST /containers/create"] = asyncio.Event()
    starting = asyncio.create_task(pool.start("ada", profile="gpu"))
    while not pool.engine.asked("POST /containers/create"):
        await asyncio.sleep(0.001)
    assert await pool.gpus() == {"pool": 2, "free": 1, "held": held(ada=1)}
    assert await pool.start("bob", profile="two-gpus") == refused(1, 2, 2, "the profile two-gpus")
    hold.set()
    assert (await starting)[0] == 200
    assert await pool.gpus() == {"pool": 2, "free": 1, "held": held(ada=1)}


async def test_one_made_while_docker_is_asked_is_not_given_again(pool: World, monkeypatch: pytest.MonkeyPatch) -> None:
    making = pool.engine.held["POST /containers/create"] = asyncio.Event()
    ada = asyncio.create_task(pool.start("ada", profile="gpu"))
    while not pool.engine.asked("POST /containers/create"):
        await asyncio.sleep(0.001)
    asked, answer = asyncio.Event(), asyncio.Event()

    async def as_it_was_before() -> set[object]:
        asked.set()
        await answer.wait()
        return set()

    monkeypatch.setattr(pool.launcher._servers._gpus, "_look", as_it_was_before)
    bob = asyncio.create_task(pool.start("bob", profile="gpu"))
    await asked.wait()
    making.set()
    assert (await ada)[0] == 200
    answer.set()
    assert (await bob)[0] == 200
    assert given(pool) == [["0"], ["1"]]


@pytest.mark.parametrize(
    ("at", "status"), [("POST /containers/create", 500), ("POST /containers/create", 0), ("POST /containers/0", 500)]
)
async def test_one_of_a_start_that_fails_is_free_again(pool: World, at: str, status: int) -> None:
    pool.engine.answers[at] = (status, "could not select device driver")
    for _ in range(3):
        assert (await pool.start("ada", profile="two-gpus"))[0] in (502, 503)
        assert (await pool.gpus())["free"] == 2
    del pool.engine.answers[at]
    assert (await pool.start("bob", profile="two-gpus"))[0] == 200


async def test_one_that_does_not_get_a_place_takes_no_gpu(pool: World) -> None:
    pool.engine.roster(profiles(limits={"servers": 1, "startsPerMinute": 1000}))
    await pool.start("ada", profile="small")
    assert (await pool.start("grace", profile="gpu"))[0] == 429
    assert (await pool.gpus())["free"] == 2


async def test_refused_gpus_are_no_starts_of_the_minute(pool: World) -> None:
    pool.engine.roster(profiles(limits={"servers": 500, "startsPerMinute": 2}))
    await pool.start("ada", profile="two-gpus")
    assert [(await pool.start("grace", profile="gpu"))[0] for _ in range(5)] == [423] * 5
    assert (await pool.start("grace", profile="small"))[0] == 200


async def test_an_ended_server_gives_its_gpus_to_its_own_next_start(pool: World) -> None:
    await pool.start("ada", profile="two-gpus")
    pool.engine.containers[f"{PREFIX}-u-ada"].state = "exited"
    assert await pool.start("bob", profile="gpu") == refused(0, 2, 1, "the profile gpu")
    assert await pool.start("ada", profile="two-gpus") == (200, {"container": f"{PREFIX}-u-ada", "made": True})
    pool.engine.containers[f"{PREFIX}-u-ada"].state = "exited"
    assert (await pool.start("ada", profile="small"))[0] == 200
    assert (await pool.gpus())["free"] == 2


async def test_the_sweep_gives_back_what_a_server_that_ended_by_itself_had(pool: World) -> None:
    await pool.start("ada", profile="two-gpus")
    pool.engine.containers[f"{PREFIX}-u-ada"].state = "exited"
    sweep, now = pool.launcher._sweep, [0.0]
    sweep._now = lambda: now[0]
    for moment, free in [(0.0, 0), (OLD - 1, 0), (OLD, 2)]:
        now[0] = moment
        await sweep.once()
        assert (await pool.gpus())["free"] == free


async def test_a_new_launcher_knows_who_has_which(pool: World) -> None:
    await pool.start("ada", profile="gpu")
    await pool.kill()
    await pool.begin()
    assert await pool.gpus() == {"pool": 2, "free": 1, "held": held(ada=1)}
    assert (await pool.start("bob", profile="gpu"))[0] == 200
    assert given(pool) == [["0"], ["1"]]


async def test_a_smaller_pool_takes_nothing_from_whoever_has_it(pool: World) -> None:
    await pool.start("ada", profile="two-gpus")
    menus = [{"gpu": entry(1, 1)}]
    pool.engine.roster({**profiles(), "gpus": ["1"], "menus": menus, "others": None})
    assert await pool.gpus() == {"pool": 1, "free": 0, "held": held(ada=1)}
    assert await pool.start("grace", profile="gpu") == refused(0, 1, 1, "the profile gpu")
    await pool.person("ada", "/stop")
    assert (await pool.start("grace", profile="gpu"))[0] == 200
    assert given(pool)[-1] == ["1"]


async def test_where_docker_does_not_say_who_has_which_none_is_given(pool: World) -> None:
    pool.engine.answers["GET /containers/json"] = (500, "x")
    assert (await pool.start("ada", profile="gpu"))[0] == 503
    assert (await pool.ask("GET", "/launcher/gpus"))[0] == 503
    assert pool.engine.asked("POST") == []


async def test_without_a_pool_there_are_none(world: World) -> None:
    assert await world.gpus() == {"pool": 0, "free": 0, "held": []}
    world.engine.roster("{")
    await world.kill()
    await world.begin()
    assert (await world.ask("GET", "/launcher/gpus"))[0] == 503


async def test_a_gpu_that_is_somebodys_own_is_not_had_by_two(world: World) -> None:
    """The pool gave it to somebody else before it was this person's."""
    request = {"Driver": "nvidia", "Count": 0, "DeviceIDs": ["1"], "Capabilities": [["gpu"]]}
    create = {"Labels": labels(**{"jupyterhub.gpus": "1"}), "HostConfig": {"DeviceRequests": [request]}}
    world.engine.roster(only(template(create=create, volumes=[])))
    other = world.engine.add(f"{PREFIX}-u-bob", Labels=labels("bob", **{"jupyterhub.gpus": "0,1"}))
    assert await world.start("ada") == (423, {"message": "GPU 1 of ada is still in use by the server of bob"})
    assert world.engine.asked("POST") == []
    del world.engine.containers[other.name]
    # For all of her servers.
    assert [(await world.start(name))[0] for name in ("ada", "ada/work")] == [200, 200]
    assert given(world) == [["1"], ["1"]]
