"""Requests to the launcher, and what its answers mean."""

import asyncio

import pytest
from conftest import person
from declared import gate as gates
from declared.gate import Gate, GateAway, Missing, Refused
from declared.names import Server

ADA = Server("ada")

AWAY = [
    (503, "json"),
    (500, "json"),
    (404, "json"),
    (400, "json"),
    *((status, "html") for status in (403, 409, 502, 504)),
]


@pytest.fixture
async def gate(world):
    world.make_dynamic()
    world.list_people(ada=person("ada"))
    return Gate(f"tcp://127.0.0.1:{world._ports['docker']}")


async def test_the_clear_answers(world, gate):
    with pytest.raises(Missing):
        await gate.launched(ADA)
    assert await gate.launch(ADA, "default") == ("P-u-ada", True)
    assert await gate.launch(ADA, "default", (2001, 2002)) == ("P-u-ada", False)
    assert await gate.launched(ADA) == {"container": "P-u-ada", "running": True, "exitCode": 0}
    await gate.end(ADA)
    for act in (gate.end, gate.discard):
        with pytest.raises(Missing):
            await act(ADA)
    await gate.launch(ADA, "default")
    await gate.discard(ADA)
    asked = [request for request in world.docker.requests if "launcher" in request]
    assert asked[1:4] == [
        "POST /launcher/616461/-/start/default",
        "POST /launcher/616461/-/start/default/2001/2002",
        "GET /launcher/616461/-",
    ]


@pytest.mark.parametrize("status", [403, 409, 423, 429, 502])
async def test_a_refusal_is_not_tried_again(world, gate, status):
    world.launcher.trouble = (status, "json")
    for act in (lambda: gate.launch(ADA, "default", patience=10), lambda: gate.end(ADA, 10)):
        world.docker.requests.clear()
        with pytest.raises(Refused, match=r"^trouble$"):
            await act()
        assert len([request for request in world.docker.requests if "launcher" in request]) == 1


@pytest.mark.parametrize("trouble", AWAY)
async def test_anything_else_is_no_answer(world, gate, trouble):
    world.launcher.trouble = trouble
    for act in (gate.launched(ADA, 0), gate.launch(ADA, "default", patience=0), gate.end(ADA, 0)):
        with pytest.raises(GateAway):
            await act
    with pytest.raises(GateAway):
        await gate.discard(ADA)


async def test_a_start_is_waited_for_and_looks_go_on_beside_it(world, gate, monkeypatch):
    """Making a home takes its time."""
    monkeypatch.setattr(gates, "TIMEOUT", 1)
    over = asyncio.Event()
    world.launcher.after_start = over.wait
    people = [f"p{n}" for n in range(gates.THREADS)]
    starting = [asyncio.create_task(gate.launch(Server(name), "default")) for name in people]
    await world.until(lambda: all(world.launcher.container(name) for name in people))
    assert await gate.running("P-u-p0") is None
    await asyncio.sleep(1.5)
    assert not any(task.done() for task in starting)
    over.set()
    assert [made for _, made in await asyncio.gather(*starting)] == [True] * len(people)


async def test_one_request_at_a_time_for_each_person(world, gate):
    over = asyncio.Event()
    world.launcher.after_start = over.wait
    starting = asyncio.create_task(gate.launch(ADA, "default"))
    await world.until(lambda: world.launcher.container("ada"))
    removing = asyncio.create_task(gate.discard(ADA))
    await asyncio.sleep(0.2)
    assert world.launcher.container("ada") and not removing.done()
    over.set()
    await asyncio.gather(starting, removing)
    assert world.launcher.container("ada") is None
