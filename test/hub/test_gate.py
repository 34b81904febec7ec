"""Clear and unclear answers of Docker."""

import asyncio

import pytest
from conftest import person
from declared.gate import Gate, GateAway, Missing, Refused

UNCLEAR = ["500 json", "500 html", "502 html", "503 html", "403 html", "404 html", "hang up"]


@pytest.fixture
async def gate(world):
    world.declare(ada=person("ada"))
    return Gate(f"tcp://127.0.0.1:{world._ports['docker']}")


async def test_the_clear_answers(world, gate):
    assert (await gate.inspect("P-u-ada"))["Name"] == "/P-u-ada"
    assert await gate.running("P-u-ada") == 0
    await gate.start("P-u-ada")
    assert await gate.running("P-u-ada") is None
    with pytest.raises(Missing):
        await gate.inspect("P-u-nobody")


@pytest.mark.parametrize("trouble", UNCLEAR)
async def test_anything_else_is_no_answer(world, gate, trouble):
    world.docker.trouble = trouble
    with pytest.raises(GateAway):
        await gate.inspect("P-u-ada", patience=0)


async def test_an_answer_about_another_container_is_no_answer(world, gate, monkeypatch):
    """Docker also finds a container by the beginning of its id."""
    client = await asyncio.to_thread(gate._connected)
    monkeypatch.setattr(client, "inspect_container", lambda name: {"Name": "/other", "State": {"Running": False}})
    with pytest.raises(GateAway):
        await gate.inspect("P-u-ada", patience=0)


@pytest.mark.parametrize("trouble", UNCLEAR)
async def test_it_waits_for_a_clear_answer(world, gate, trouble):
    world.docker.trouble = trouble
    asking = asyncio.create_task(gate.running("P-u-ada"))
    await asyncio.sleep(0.4)
    assert not asking.done()
    world.docker.trouble = None
    assert await asyncio.wait_for(asking, 300) == 0


async def test_a_start_that_docker_cannot_do_is_not_tried_again(world, gate):
    world.docker.containers["P-u-ada"].refusal = "port is taken"
    with pytest.raises(Refused, match="port is taken"):
        await gate.start("P-u-ada", patience=10)
    assert world.docker.requests.count("POST /containers/P-u-ada/start") == 1


async def test_sixteen_at_once(gate):
    assert gate._threads._max_workers >= 16


async def test_the_end_of_a_log_and_nothing_of_the_query_is_the_hubs(world, gate):
    world.docker.containers["P-u-ada"].log = [("2026-01-01T10:00:00Z", b"hello\n")]
    assert (await gate.log("P-u-ada"))[8:] == b"2026-01-01T10:00:00Z hello\n"
    assert world.docker.requests[-1] == "GET /containers/P-u-ada/logs"


async def test_a_log_is_read_to_a_limit(world, gate, monkeypatch):
    monkeypatch.setattr("declared.gate.LONGEST_LOG", 1000)
    world.docker.containers["P-u-ada"].log = [("2026-01-01T10:00:00Z", b"x" * 16384)] * 100
    assert len(await gate.log("P-u-ada")) == 1000


@pytest.mark.parametrize("trouble", UNCLEAR)
async def test_a_log_that_is_not_there_is_not_waited_for(world, gate, trouble):
    world.docker.trouble = trouble
    with pytest.raises(GateAway):
        await gate.log("P-u-ada")
