"""`spawning: dynamic`: servers are made at their start and removed at their end, for listed and other people."""

import asyncio

import pytest
from conftest import PASSWORD, hub_section, person
from declared import context
from fakes import Container
from jupyterhub import orm

DUMMY = {"authentication": {"type": "dummy"}}


async def begin(world, **people):
    world.list_people(**people)
    return await world.start_hub(**DUMMY, **world.make_dynamic())


def launches(world):
    looks = ("/gpus", "GET /launcher/servers")
    asked = (request for request in world.docker.requests if "/launcher/" in request)
    return [request for request in asked if not any(look in request for look in looks)]


async def test_somebody_nobody_listed_gets_a_server_and_it_is_gone_after_its_stop(world):
    await begin(world, ada=person("ada"))
    browser = await world.log_in("mallory")
    assert await browser.inside()
    await world.start_server("mallory")
    assert world.launcher.container("mallory").running
    token = world.launcher.tokens["mallory"][0]
    assert (await world.api("GET", "/user", token=token))[1]["name"] == "mallory"
    assert world.proxy.routes["/user/mallory"]["target"].startswith("http://127.0.0.1:")
    assert (await world.api("DELETE", "/users/mallory/server"))[0] == 204
    assert world.launcher.container("mallory") is None and "/user/mallory" not in world.proxy.routes
    assert (await world.api("GET", "/user", token=token))[0] == 403
    assert orm.APIToken.find(world.hub.db, token) is None
    await world.start_server("mallory")
    assert world.launcher.tokens["mallory"][1] != token
    assert (await world.api("GET", "/user", token=token))[0] == 403, "the token of the server that has ended"


async def test_somebody_on_the_list_too(world):
    world.list_people(ada=person("ada", groups=["staff"], admin=True))
    await world.start_hub(**world.make_dynamic(allow="listed"))
    await world.log_in("ada")
    await world.start_server("ada")
    assert world.launcher.container("ada").running
    assert (await world.browser().log_in("mallory", PASSWORD))[0] == 403
    hexed = b"ada".hex()
    assert launches(world) == [f"POST /launcher/{hexed}/-/start/default"]
    await world.api("DELETE", "/users/ada/server")
    assert launches(world)[1] == f"POST /launcher/{hexed}/-/stop"


async def test_names_of_every_kind(world):
    await begin(world)
    for name in ["a.b-c_d@e", "jürgen müller", "北" * 60, "محمد", "_x", "p-u-ada", "0123456789ab"]:
        await world.log_in(name.upper())
        await world.hub.users[name].spawn()
        assert world.launcher.container(name).running, name
        assert world.spawner(name).object_name in world.docker.containers


async def test_a_server_that_ended_by_itself_is_removed_and_its_page_says_how_it_ended(world):
    await begin(world)
    browser = await world.log_in("mallory")
    await world.start_server("mallory")
    token = world.launcher.tokens["mallory"][0]
    container = world.launcher.container("mallory")
    container.running, container.exit_code, container.oom_killed = False, 137, True
    await world.spawner("mallory").poll_and_notify()
    assert world.launcher.container("mallory") is None and orm.APIToken.find(world.hub.db, token) is None
    _, said = await browser.get("/hub/own-server")
    assert "ended because it needed more than its memory" in said and "can be started again" in said
    await world.start_server("mallory")
    await world.api("DELETE", "/users/mallory/server")
    _, said = await browser.get("/hub/own-server")
    assert "Your server does not run. It can be started from the hub's page." in said


async def test_the_last_words_of_a_start_that_failed_are_read_before_the_container_goes(world):
    await begin(world)
    browser = await world.log_in("mallory")
    world.launcher.next = Container(starts=False, exit_code=3, log=[("2026-01-01T10:00:00Z", b"no such kernel\n")])
    status, page = await browser.spawn("mallory")
    assert status == 503 and "exit code 3" in page and "no such kernel" in page
    await world.until(lambda: world.launcher.container("mallory") is None)
    assert orm.APIToken.find(world.hub.db, world.launcher.tokens["mallory"][0]) is None


async def test_a_crash_loop_is_removed(world, monkeypatch):
    monkeypatch.setattr("declared.servers.spawner.LOOK_EVERY", 0.1)
    await begin(world)
    browser = await world.log_in("mallory")
    world.launcher.next, world.servers.delay = Container(restarts=2), 60
    status, page = await browser.spawn("mallory")
    assert status == 503 and "Docker restarts it, and it ends again" in page
    await world.until(lambda: world.launcher.container("mallory") is None)


@pytest.mark.parametrize("status", [403, 409, 423, 429, 502])
async def test_what_the_launcher_says_against_a_start_is_told_and_not_tried_again(world, status):
    await begin(world)
    browser = await world.log_in("mallory")
    world.launcher.trouble = (status, "json")
    answer, page = await browser.spawn("mallory")
    assert answer == 503 and "Your server could not be started: trouble" in page
    assert len([request for request in launches(world) if "/start/" in request]) == 1
    world.launcher.trouble = None
    await world.start_server("mallory")


async def test_a_server_that_asks_for_safe_mode_before_its_token_is_known(world):
    await begin(world)
    browser = await world.log_in("mallory")
    asked = asyncio.get_running_loop().create_future()

    async def ask():
        token = world.launcher.tokens["mallory"][0]
        asking = asyncio.create_task(world.api("GET", "/safe-mode", token=token))
        await asyncio.sleep(0.3)
        assert not asking.done()
        asked.set_result(asking)

    world.launcher.after_start = ask
    assert (await world.api("POST", "/users/mallory/server", json={"safe": True}))[0] in (201, 202)
    assert await (await asked) == (200, {"safe": True})
    await world.until(lambda: world.spawner("mallory").ready)
    assert (await world.api("GET", "/safe-mode", token="0" * 48))[0] == 403
    assert context.current().starting == set()
    await browser.session.close()


async def test_always_on_is_for_the_list(world):
    await begin(world, zoe=person("zoe", lifecycle="always-on"))
    await world.until(lambda: "/user/zoe" in world.proxy.routes)
    await world.api("DELETE", "/users/zoe/server")
    await world.until(lambda: len(world.launcher.tokens["zoe"]) == 2 and "/user/zoe" in world.proxy.routes)


async def test_idle_servers_of_unlisted_people_are_removed_by_the_hubs_limits(world):
    world.list_people(bob=person("bob", idle={"cullAfter": 0}))
    idle = {"cullAfter": 1, "maxAge": 0, "lookEvery": 1}
    await world.start_hub(**DUMMY, **world.make_dynamic(), idle=idle)
    for name in ("bob", "mallory"):
        await world.log_in(name)
        await world.start_server(name)
    await world.until(lambda: world.launcher.container("mallory") is None)
    assert world.launcher.container("bob").running


async def test_how_many_run_at_once_is_limited(world):
    world.list_people()
    await world.start_hub(**DUMMY, **world.make_dynamic(), hub=hub_section(activeServers=1))
    for name in ("eve", "mallory"):
        await world.log_in(name)
    await world.start_server("eve")
    status, _ = await world.api("POST", "/users/mallory/server")
    assert status == 429 and world.launcher.container("mallory") is None


async def test_many_start_and_stop_at_once(world):
    await begin(world)
    people = [f"p{n}" for n in range(20)]
    for name in people:
        await world.log_in(name)
    await asyncio.gather(*(world.start_server(name) for name in people))
    assert all(world.launcher.container(name).running for name in people)
    await asyncio.gather(*(world.api("DELETE", f"/users/{name}/server") for name in people))
    assert not any(world.launcher.container(name) for name in people)
