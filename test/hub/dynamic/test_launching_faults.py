"""The launcher, the gate or the hub goes away while servers are made and removed."""

import asyncio

import pytest
from aiohttp import web
from conftest import person
from declared.gate import GateAway, Missing, Refused
from declared.remains import Remains
from jupyterhub import orm
from test_launching import DUMMY, begin, launches


@pytest.mark.parametrize("trouble", [(503, "json"), (503, "html"), (403, "html"), (500, "json"), (404, "json")])
async def test_a_launcher_that_is_replaced_is_waited_for(world, trouble):
    await begin(world)
    await world.log_in("mallory")
    world.launcher.trouble = trouble
    starting = asyncio.create_task(world.start_server("mallory"))
    await world.until(lambda: len(launches(world)) >= 3)
    assert not starting.done()
    world.launcher.trouble = None
    await starting


async def test_a_launcher_that_stays_away_is_said_to_be(world, monkeypatch):
    monkeypatch.setattr("declared.servers.launching.PATIENCE", 0.3)
    monkeypatch.setattr("declared.servers.launching.REMOVAL_PATIENCE", 0.1)
    await begin(world)
    browser = await world.log_in("mallory")
    world.launcher.trouble = (503, "html")
    status, page = await browser.spawn("mallory")
    assert status == 503 and "Servers cannot be started at the moment: Docker does not answer." in page


async def test_what_could_not_be_removed_is_removed_later(world, monkeypatch):
    """The launcher made the server, but its answer got lost, and the gate is away."""
    monkeypatch.setattr("declared.servers.spawner.POLL_PATIENCE", 0.1)
    monkeypatch.setattr("declared.servers.launching.PATIENCE", 0.1)
    monkeypatch.setattr("declared.servers.launching.REMOVAL_PATIENCE", 0.1)
    await begin(world)
    browser = await world.log_in("mallory")

    async def lost():
        world.docker.trouble = "503 html"
        raise web.HTTPBadGateway

    world.launcher.after_start = lost
    status, _ = await browser.spawn("mallory")
    assert status == 503 and world.launcher.container("mallory").running
    world.launcher.after_start = world.docker.trouble = None
    await world.until(lambda: world.launcher.container("mallory") is None)
    await world.start_server("mallory")
    assert await world.api("GET", "/user", token=world.launcher.tokens["mallory"][-1])
    await asyncio.sleep(0.5)
    assert world.launcher.container("mallory").running, "the removal was of the earlier one"


async def test_a_stop_waits_for_the_launcher(world):
    await begin(world)
    await world.log_in("mallory")
    await world.start_server("mallory")
    world.launcher.trouble = (503, "html")
    stopping = asyncio.create_task(world.api("DELETE", "/users/mallory/server"))
    await world.until(lambda: len(launches(world)) >= 3)
    assert not stopping.done() and world.launcher.container("mallory").running
    world.launcher.trouble = None
    await stopping
    assert world.launcher.container("mallory") is None


@pytest.mark.parametrize("what", ["container", "token"])
async def test_somebody_elses_server_is_not_taken(world, monkeypatch, what):
    await begin(world)
    browser = await world.log_in("eve")
    await world.log_in("mallory")
    await world.start_server("mallory")
    theirs = world.launcher.tokens["mallory"][0]
    if what == "token":
        monkeypatch.setattr("fakes.secrets.token_hex", lambda _: theirs)
    else:
        monkeypatch.setattr("fakes.slug", lambda name: "mallory")
    status, page = await browser.spawn("eve")
    assert status == 503 and ("wrong token" in page or "in place of" in page)
    assert orm.APIToken.find(world.hub.db, theirs).user.name == "mallory"
    assert not world.spawner("eve").ready


async def test_a_hub_that_is_killed_between_the_launch_and_the_token(world):
    await begin(world, ada=person("ada"))
    for name in ("ada", "mallory"):
        await world.log_in(name)
    over = asyncio.Event()
    world.launcher.after_start = over.wait
    world.answer_at_once()
    for name in ("ada", "mallory"):
        await world.api("POST", f"/users/{name}/server")
    await world.until(lambda: all(world.launcher.container(name) for name in ("ada", "mallory")))
    world.launcher.after_start = None
    # As after SIGKILL: nothing of the start is cleaned up, and the database is as it was.
    for name in ("ada", "mallory"):
        world.spawner(name)._spawn_future.cancel()
    await asyncio.sleep(0.1)
    world.hub.db.rollback()
    await world.stop_hub()
    over.set()
    await world.start_hub(**DUMMY, dynamic={"allow": "all", "ids": None, "groups": False})
    for name in ("ada", "mallory"):
        await world.until(lambda name=name: name in world.hub.users and world.spawner(name).ready)
        token = world.launcher.tokens[name][-1]
        await world.until(lambda token=token: orm.APIToken.find(world.hub.db, token) is not None)
        assert (await world.api("GET", "/user", token=token))[1]["name"] == name
        found = orm.APIToken.find(world.hub.db, token)
        assert set(found.scopes) == {"users:activity!user", f"access:servers!server={name}/"}
        assert [held.note for held in world.hub.users[name].api_tokens] == [f"Server at /user/{name}/"]
        client = world.hub.db.query(orm.OAuthClient).filter_by(identifier=f"jupyterhub-user-{name}").one()
        assert orm.compare_token(client.secret, token)
        assert [len(tokens) for tokens in world.launcher.tokens.values()] == [1, 1], "the same server"


async def test_a_lost_database(world):
    await begin(world, ada=person("ada"))
    for name in ("ada", "mallory"):
        await world.log_in(name)
        await world.start_server(name)
    await world.stop_hub()
    (world.data_dir / "jupyterhub.sqlite").unlink()
    await world.start_hub(**DUMMY, dynamic={"allow": "all", "ids": None, "groups": False})
    for name in ("ada", "mallory"):
        await world.until(lambda name=name: f"/user/{name}" in world.proxy.routes)
        assert (await world.api("GET", "/user", token=world.launcher.tokens[name][0]))[1]["name"] == name
        await world.api("DELETE", f"/users/{name}/server")
        assert world.launcher.container(name) is None


async def test_a_restarted_hub_keeps_servers_of_unlisted_people(world):
    await begin(world)
    browser = await world.log_in("mallory")
    await world.start_server("mallory")
    settings = {"dynamic": {"allow": "all", "ids": None, "groups": False}}
    await world.restart_hub(**DUMMY, **settings)
    await world.until(lambda: world.spawner("mallory").ready)
    assert await browser.inside()
    assert (await world.api("GET", "/user", token=world.launcher.tokens["mallory"][0]))[0] == 200
    await world.stop_hub()
    world.launcher.container("mallory").running = False
    await world.start_hub(**DUMMY, **settings)
    await world.until(lambda: world.launcher.container("mallory") is None)


async def test_what_is_left_is_tried_again_and_each_trouble_is_said_once(caplog):
    remains, answers = Remains(), [GateAway("x"), GateAway("x"), Refused("busy"), Missing("gone")]
    asked = []

    async def discard(name):
        asked.append(name)
        raise answers.pop(0)

    for name in ("ada", "ada", "busy"):
        remains.leave(name)
    with caplog.at_level("WARNING", "declared.remains"):
        for _ in range(6):
            await remains.pass_over(discard, lambda name: name == "busy")
    assert asked == ["ada"] * 4 and not answers
    assert [record.message for record in caplog.records] == [
        "The container of ada is left for now: x",
        "The container of ada is left for now: busy",
    ]


def test_how_servers_ended_is_remembered_to_a_limit(monkeypatch):
    monkeypatch.setattr("declared.remains.MOST", 2)
    remains = Remains()
    for name in ("ada", "bob", "ada", "eve"):
        remains.ended(name, {"of": name})
    assert [remains.end_of(name) for name in ("ada", "bob", "eve")] == [{"of": "ada"}, {}, {"of": "eve"}]
    remains.begin("ada")
    assert remains.end_of("ada") == {}
