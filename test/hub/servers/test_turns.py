"""Many starts at the same time: a few run, the others wait."""

import asyncio
import os

import pytest
from conftest import hub_section, person
from declared import context, turns
from declared.names import Server
from declared.turns import Turns


async def test_in_the_order_of_coming():
    queue, came = Turns(2), []

    async def come(name):
        await queue.take(name)
        came.append(name)

    tasks = [asyncio.create_task(come(name)) for name in "abcde"]
    await asyncio.sleep(0)
    assert came == ["a", "b"]
    assert [queue.place(name) for name in "abcde"] == [None, None, 1, 2, 3]
    tasks[3].cancel()
    await asyncio.gather(tasks[3], return_exceptions=True)
    queue.give_back("a")
    queue.give_back("a")  # Without a turn this does nothing.
    queue.give_back("e")
    await asyncio.sleep(0.01)
    assert came == ["a", "b", "c"]
    assert queue.place("e") == 1, "who went away is in nobody's way"
    await queue.take("b")
    queue.give_back("b")
    await tasks[4]
    assert came == ["a", "b", "c", "e"]


async def test_a_turn_ends(monkeypatch):
    monkeypatch.setattr(turns, "LONGEST", 0.1)
    queue = Turns(1)
    await queue.take("hangs")
    await asyncio.wait_for(queue.take("next"), 300)
    queue.give_back("hangs")
    assert queue.place("next") is None
    third = asyncio.create_task(queue.take("third"))
    await asyncio.sleep(0)
    assert queue.place("third") == 1, "a turn that has ended is not given back once more"
    await asyncio.wait_for(third, 300)


async def test_as_many_as_the_cpus_are_good_for():
    assert Turns().at_once == Turns(0).at_once == 2 * len(os.sched_getaffinity(0))
    assert Turns(7).at_once == 7


async def test_people_wait_for_their_turn_and_see_it(world, monkeypatch):
    monkeypatch.setattr("declared.servers.spawner.LOOK_EVERY", 0.05)
    world.declare(**{name: person(name) for name in ("ada", "bob", "eve")})
    world.servers.delay = 3600
    await world.start_hub(hub=hub_section(concurrentSpawns=1))
    for name in ("ada", "bob", "eve"):
        await world.log_in(name)
    tasks = []
    for name in ("ada", "bob", "eve"):
        tasks.append(asyncio.create_task(world.start_server(name)))
        await world.until(lambda name=name: name in world.hub.users and world.spawner(name).pending == "spawn")
    await world.until(lambda: world.docker.containers["P-u-ada"].running)
    assert not world.docker.containers["P-u-bob"].running
    await world.until(lambda: context.current().turns.place(Server("eve")) == 2)
    events = world.spawner("eve").progress()
    said = [(await anext(events))["message"]]
    world.servers.delay = 1.5
    said += [event["message"] async for event in events]
    assert said == [
        *(f"Many servers start at the moment; yours is number {place} of those that wait." for place in (2, 1)),
        "Your server starts.",
    ]
    await asyncio.gather(*tasks)
    assert all(world.docker.containers[f"P-u-{name}"].running for name in ("ada", "bob", "eve"))


async def test_waiting_is_not_counted_as_starting(world):
    world.declare(**{name: person(name) for name in ("ada", "bob", "eve")})
    world.servers.delay = 4
    await world.start_hub(hub=hub_section(concurrentSpawns=1, extraConfig="c.Spawner.start_timeout = 10"))
    for name in ("ada", "bob", "eve"):
        await world.log_in(name)
    await asyncio.gather(*(world.start_server(name) for name in ("ada", "bob", "eve")))


@pytest.mark.parametrize("trouble", ["refused", "removed", "silent"])
async def test_who_does_not_start_keeps_nobody_waiting(world, trouble):
    world.declare(ada=person("ada"), bob=person("bob"))
    await world.start_hub(
        hub=hub_section(concurrentSpawns=1, extraConfig="c.Spawner.start_timeout = 5" if trouble == "silent" else "")
    )
    for name in ("ada", "bob"):
        await world.log_in(name)
    if trouble == "refused":
        world.docker.containers["P-u-ada"].refusal = "no"
    elif trouble == "removed":
        del world.docker.containers["P-u-ada"]
    else:
        world.servers.delay = 3600
    await world.api("POST", "/users/ada/server")
    await world.until(lambda: not world.spawner("ada").active)
    world.servers.delay = 0
    await world.start_server("bob")


async def test_a_hook_of_ones_own_comes_before_the_turn(world):
    world.declare(ada=person("ada"), bob=person("bob"))
    code = (
        "def hook(spawner):\n    if spawner.user.name == 'ada':\n        raise ValueError('no')\n"
        "c.Spawner.pre_spawn_hook = hook"
    )
    await world.start_hub(hub=hub_section(concurrentSpawns=1, extraConfig=code))
    for name in ("ada", "bob"):
        await world.log_in(name)
    status, _ = await world.api("POST", "/users/ada/server")
    assert status == 500
    await world.start_server("bob")
