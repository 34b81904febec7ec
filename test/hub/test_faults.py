"""Parts fail and come back, and nobody loses anything."""

import asyncio
import json

import pytest
from conftest import PASSWORD, person
from declared import context
from declared.servers.spawner import AdoptingSpawner
from declared.store import disk
from jupyterhub import orm
from sqlalchemy import text
from sqlalchemy.exc import OperationalError


async def running(world, **fields):
    world.declare(ada=person("ada", **fields))
    await world.start_hub()
    browser = await world.log_in("ada")
    await world.start_server("ada")
    return browser


@pytest.mark.parametrize("trouble", ["500 json", "503 html", "hang up"])
async def test_gate_away_while_the_hub_boots(world, trouble):
    await running(world)
    await world.stop_hub()
    world.docker.trouble = trouble
    world.hub_starting = asyncio.create_task(world.start_hub())
    await world.until(lambda: world.hub is not None and world.hub.db is not None and world.hub.users.values())
    await asyncio.sleep(0.5)
    assert world.hub.users["ada"].spawner.server is not None, "the server is not forgotten"
    assert "/user/ada" in world.proxy.routes
    world.docker.trouble = None
    await world.hub_starting
    await world.until(lambda: world.spawner("ada").ready)
    assert "/user/ada" in world.proxy.routes
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 200


async def test_gate_away_while_a_server_runs(world, monkeypatch):
    monkeypatch.setattr("declared.servers.spawner.POLL_PATIENCE", 0.2)
    browser = await running(world)
    world.docker.trouble = "503 html"
    assert await world.spawner("ada").poll_and_notify() is None
    assert world.spawner("ada").ready and await browser.inside()
    stopping = asyncio.create_task(world.api("DELETE", "/users/ada/server"))
    await asyncio.sleep(0.5)
    assert not stopping.done()
    world.docker.trouble = None
    await stopping
    assert not world.docker.containers["P-u-ada"].running


async def test_gate_away_when_somebody_wants_to_start(world, monkeypatch):
    monkeypatch.setattr("declared.servers.spawner.PATIENCE", 0.3)
    world.declare(ada=person("ada"))
    await world.start_hub()
    browser = await world.log_in("ada")
    world.docker.trouble = "503 html"
    status, page = await browser.spawn("ada")
    assert status == 503 and "Docker does not answer" in page
    world.docker.trouble = None
    await world.start_server("ada")


async def test_a_proxy_that_was_restarted_has_its_routes_back_in_seconds(world):
    await running(world)
    await world.take_away("proxy")
    await asyncio.sleep(0.5)
    world.proxy.routes.clear()
    await world.serve("proxy")
    await world.until(lambda: {"/", "/user/ada"} <= set(world.proxy.routes))


async def test_a_proxy_whose_routes_are_right_is_left_alone(world, monkeypatch):
    monkeypatch.setattr("declared.servers.routes.EVERY", 0.05)
    await running(world)
    before = -1
    while before != world.proxy.looks:  # The route is new, which is looked at once.
        before = world.proxy.looks
        await asyncio.sleep(0.5)
    await asyncio.sleep(1)
    assert world.proxy.looks == before
    monkeypatch.setattr("declared.servers.routes.AT_LEAST_EVERY", 0.1)
    del world.proxy.routes["/user/ada"]
    await world.until(lambda: "/user/ada" in world.proxy.routes)


async def test_roster_gone_changes_nothing(world):
    browser = await running(world)
    world.publish(None)
    await asyncio.sleep(0.5)
    assert await browser.inside()
    await world.log_in("ada")
    assert world.spawner("ada").ready


@pytest.mark.parametrize("text", ["", "{", '{"people": {}, "more": 1}', '{"people": {"Ada": {}}}', "[]"])
async def test_a_roster_that_cannot_be_read_changes_nothing(world, text):
    browser = await running(world)
    world.publish(text)
    await asyncio.sleep(0.4)
    assert await browser.inside()
    assert world.spawner("ada").ready


async def test_the_last_roster_is_in_force_after_a_hub_restart_too(world):
    browser = await running(world)
    world.publish(None)
    await world.restart_hub()
    await world.log_in("ada")
    assert await browser.inside()
    await world.until(lambda: world.spawner("ada").ready)


async def test_without_any_roster_nobody_is_let_in_and_nobody_is_revoked(world):
    await running(world)
    await world.stop_hub()
    (world.data_dir / "roster.json").unlink()
    world.publish(None)
    await world.start_hub()
    status, page = await world.browser().log_in("ada", "correct horse")
    assert status == 503 and "could not be read yet" in page
    assert orm.APIToken.find(world.hub.db, world.token("ada"))
    world.declare(ada=person("ada"))
    await world.until(lambda: context.current().keeper.roster is not None)
    await world.until(lambda: world.spawner("ada").ready)
    await world.log_in("ada")


async def test_the_kept_roster_is_for_the_hub_alone(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    assert (world.data_dir / "roster.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((world.data_dir / "roster.json").read_text())["people"].keys() == {"ada"}


async def test_a_pass_that_fails_is_followed_by_another(world, monkeypatch):
    world.declare(ada=person("ada"))
    await world.start_hub()
    calls = []

    async def broken(roster):
        calls.append(roster)
        raise RuntimeError("once")

    monkeypatch.setattr(world.hub.reconciler, "pass_over", broken)
    await world.until(lambda: len(calls) >= 2)


@pytest.mark.parametrize("gate_away", [False, True])
async def test_servers_that_run_are_found_though_the_database_is_lost(world, gate_away):
    await running(world)
    world.declare(ada=person("ada"), grace=person("grace"))
    await world.stop_hub()
    for file in world.data_dir.glob("jupyterhub.sqlite*"):
        file.unlink()
    world.docker.trouble = "503 html" if gate_away else None
    asked = len(world.docker.requests)
    world.hub_starting = asyncio.create_task(world.start_hub())
    await asyncio.sleep(1)
    world.docker.trouble = None
    await world.hub_starting
    await world.until(lambda: orm.User.find(world.hub.db, "ada") and world.spawner("ada").ready)
    await world.until(lambda: "/user/ada" in world.proxy.routes)
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 200
    assert not world.docker.containers["P-u-grace"].running
    assert "POST /containers/P-u-ada/stop" not in world.docker.requests[asked:]
    # The next pass must not take anybody for somebody new.
    await asyncio.sleep(0.5)
    assert world.spawner("ada").ready
    await world.log_in("ada")


async def test_a_server_that_runs_and_does_not_answer_is_left_alone(world):
    await running(world)
    await world.stop_hub()
    (world.data_dir / "jupyterhub.sqlite").unlink()
    world.servers.delay = 3600
    asked = len(world.docker.requests)
    await world.start_hub()
    await asyncio.sleep(0.5)
    assert {request.split()[0] for request in world.docker.requests[asked:]} == {"GET"}
    world.servers.delay = 0.0
    await world.until(lambda: world.spawner("ada").ready)


async def test_a_server_that_a_new_hub_cannot_reach_for_a_while_is_not_ended(world, monkeypatch):
    await running(world)
    await world.stop_hub()
    monkeypatch.setattr(AdoptingSpawner, "http_timeout", 0.3)
    await world.take_away("servers")
    await world.start_hub()
    await asyncio.sleep(2)
    assert world.docker.containers["P-u-ada"].running and "/user/ada" in world.proxy.routes
    await world.serve("servers")
    await world.until(lambda: world.spawner("ada").ready)
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 200


async def test_one_that_ends_while_it_is_waited_for_has_ended(world):
    await running(world)
    await world.stop_hub()
    await world.take_away("servers")
    await world.start_hub()
    world.docker.containers["P-u-ada"].running = False
    await world.until(lambda: not world.spawner("ada").active)


async def test_a_full_disk_is_named_and_nothing_is_lost(world):
    browser = await running(world)
    db = world.hub.db
    pages = db.execute(text("PRAGMA page_count")).scalar()
    db.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(OperationalError, match="disk is full"):
        for number in range(10_000):
            db.add(orm.User(name=f"fill{number}"))
            db.commit()
    db.rollback()
    # A new person needs room. Her name is longer than the others, so no free page has any.
    grace = "grace" + 40 * "e"
    world.declare(ada=person("ada"), grace=person("grace", name=grace, login=grace))
    await world.until(lambda: context.current().keeper.get(grace))
    status, page = await world.browser().log_in(grace, PASSWORD)
    assert status == 500 and "disk is full. Tell whoever looks after this hub." in page
    assert world.spawner("ada").ready and await browser.inside()
    db.execute(text("PRAGMA max_page_count = 1000000"))
    await world.log_in(grace)
    assert world.spawner("ada").ready and await browser.inside()


async def test_a_full_disk_keeps_nobody_out_who_is_in(world, monkeypatch):
    browser = await running(world)
    world.hub.tornado_application.settings["activity_resolution"] = 0
    world.hub.db.execute(text("PRAGMA query_only = ON"))
    assert not await browser.inside() and (await world.api("GET", "/user", token=world.token("ada")))[0] == 403
    monkeypatch.setattr(disk, "is_full", lambda folder: folder == world.data_dir)
    assert await browser.inside() and (await world.api("GET", "/user", token=world.token("ada")))[0] == 200
    world.hub.db.execute(text("PRAGMA query_only = OFF"))


async def test_a_hub_that_is_killed_while_a_server_starts_stops_nobody(world):
    """It had not written down yet where the server is."""
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    world.servers.delay = 3600
    starting = asyncio.create_task(world.api("POST", "/users/ada/server"))
    await world.until(lambda: world.docker.containers["P-u-ada"].running)
    world.spawner("ada")._spawn_future.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    world.hub.db.rollback()
    await world.stop_hub()
    world.servers.delay = 0
    await world.start_hub()
    await world.until(lambda: "ada" in world.hub.users and world.spawner("ada").ready)
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 200
    assert "POST /containers/P-u-ada/stop" not in world.docker.requests
