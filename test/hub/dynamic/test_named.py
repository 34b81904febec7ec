"""Named servers: beside the default one, each with a container, tokens and an end of its own."""

import asyncio
import json

import pytest
from conftest import ADMIN_TOKEN, person
from declared import context
from declared.names import Server, slug
from declared.servers.kick import Kicker
from fakes import Container
from jupyterhub import orm
from test_launching import DUMMY, launches
from test_pages import words

SETTINGS = {"dynamic": {"allow": "all", "ids": None, "groups": False}}
CONTAINER = f"P-u-{slug('ada/work')}"


@pytest.fixture
async def named(world):
    world.list_people(ada=person("ada"), root=person("root", admin=True), ROSTER={"namedServers": 2})
    await world.start_hub(**DUMMY, **world.make_dynamic())
    return world


async def both(world):
    await world.log_in("ada")
    await world.start_server("ada")
    await world.start_server("ada", "work")
    return [world.launcher.tokens[server][-1] for server in ("ada", "ada/work")]


async def status(world, token, path="/user"):
    return (await world.api("GET", path, token=token))[0]


async def test_a_second_server_beside_the_first(named):
    tokens = await both(named)
    assert named.docker.containers[CONTAINER].running and named.launcher.container("ada").running
    assert {"/user/ada", "/user/ada/work"} <= set(named.proxy.routes)
    ada, work = b"ada".hex(), b"work".hex()
    assert launches(named) == [
        f"POST /launcher/{ada}/-/start/default",
        f"POST /launcher/{ada}/{work}/start/default",
    ]
    client = named.hub.db.query(orm.OAuthClient).filter_by(identifier="jupyterhub-user-ada~work").one()
    assert "access:servers!server=ada/work" in client.allowed_scopes
    assert client.description == "Server at /user/ada/work/" and orm.compare_token(client.secret, tokens[1])
    assert client.redirect_uri == "/user/ada/work/oauth_callback"


async def test_a_token_is_of_one_server_and_ends_with_it(named):
    default, work = await both(named)
    notes = {held.note: set(held.scopes) for held in named.hub.users["ada"].api_tokens}
    activity = "users:activity!user"
    assert notes == {
        "Server at /user/ada/": {activity, "access:servers!server=ada/"},
        "Server at /user/ada/work/": {activity, "access:servers!server=ada/work"},
    }
    assert (await named.api("DELETE", "/users/ada/servers/work"))[0] == 204
    assert await status(named, work) == 403 and await status(named, default) == 200
    assert CONTAINER not in named.docker.containers and named.launcher.container("ada").running
    await named.start_server("ada", "work")
    again = named.launcher.tokens["ada/work"][-1]
    assert (await named.api("DELETE", "/users/ada/server"))[0] == 204
    assert await status(named, default) == 403 and await status(named, again) == 200
    assert await status(named, work) == 403, "of the server that has ended"


async def test_a_server_that_ends_by_itself_leaves_the_other_one_alone(named):
    default, work = await both(named)
    browser = await named.log_in("ada")
    container = named.docker.containers[CONTAINER]
    container.running, container.oom_killed = False, True
    await named.spawner("ada", "work").poll_and_notify()
    assert await status(named, work) == 403 and await status(named, default) == 200
    assert CONTAINER not in named.docker.containers and "/user/ada/work" not in named.proxy.routes
    own = json.loads((await browser.get("/hub/own-server"))[1])
    assert own["url"] == "/user/ada/" and own["message"] == "Your server runs, but does not answer at the moment."
    (other,) = own["named"]
    assert other["url"] == "/user/ada/work/" and "ended because it needed more than its memory" in other["message"]


async def test_the_token_of_one_server_is_not_taken_for_another(named, monkeypatch):
    default, _ = await both(named)
    monkeypatch.setattr("fakes.secrets.token_hex", lambda _: default)
    await named.api("DELETE", "/users/ada/servers/work")
    code, said = await named.api("POST", "/users/ada/servers/work")
    assert code == 503 and "wrong token" in said["message"]
    assert [held.note for held in named.hub.users["ada"].api_tokens] == ["Server at /user/ada/"]
    assert await status(named, default) == 200


async def test_removed_people_lose_all_their_servers(named):
    default, work = await both(named)
    named.list_people(root=person("root", admin=True), ROSTER={"namedServers": 2}, BLOCKED=["ada"])
    await named.until(lambda: named.launcher.container("ada") is None and CONTAINER not in named.docker.containers)
    assert await status(named, default) == 403 and await status(named, work) == 403
    clients = named.hub.db.query(orm.OAuthClient).filter(orm.OAuthClient.identifier.startswith("jupyterhub-user-ada"))
    await named.until(lambda: clients.count() == 0)
    spawners = named.hub.users["ada"].spawners.values()
    await named.until(lambda: all(spawner.pending is None for spawner in spawners))
    code, _ = await named.api("POST", "/users/ada/servers/work")
    assert code == 403


async def test_somebody_new_of_the_same_name_finds_nothing_of_the_earlier_one(named):
    _, work = await both(named)
    await named.api("PUT", "/users/ada/servers/quiet")
    named.spawner("ada").orm_spawner.user_options = {"profile": "secret"}
    named.list_people(ada=person("ada", incarnation="b2"), ROSTER={"namedServers": 2})
    row = orm.User.find(named.hub.db, "ada")
    await named.until(lambda: set(row.orm_spawners) == {""} and CONTAINER not in named.docker.containers)
    assert await status(named, work) == 403 and row.orm_spawners[""].user_options is None
    assert "work" not in (await (await named.log_in("ada")).get("/hub/home"))[1]


async def test_a_restarted_hub_keeps_both(named):
    tokens = await both(named)
    await named.restart_hub(**DUMMY, **SETTINGS)
    await named.until(lambda: named.spawner("ada").ready and named.spawner("ada", "work").ready)
    assert [await status(named, token) for token in tokens] == [200, 200]
    await named.until(lambda: {"/user/ada", "/user/ada/work"} <= set(named.proxy.routes))
    assert await status(named, tokens[1]) == 200
    await named.api("DELETE", "/users/ada/servers/work")
    assert await status(named, tokens[1]) == 403 and await status(named, tokens[0]) == 200


async def test_a_hub_that_is_killed_while_it_starts_finds_it_again(named):
    await named.log_in("ada")
    over = asyncio.Event()
    named.launcher.after_start = over.wait
    named.answer_at_once()
    await named.api("POST", "/users/ada/servers/work")
    await named.until(lambda: CONTAINER in named.docker.containers)
    named.launcher.after_start = None
    named.spawner("ada", "work")._spawn_future.cancel()
    await asyncio.sleep(0.1)
    named.hub.db.rollback()
    row = orm.User.find(named.hub.db, "ada").orm_spawners["work"]
    row.server = None
    named.hub.db.commit()
    await named.stop_hub()
    over.set()
    await named.start_hub(**DUMMY, **SETTINGS)
    await named.until(lambda: named.spawner("ada", "work").ready)
    (token,) = named.launcher.tokens["ada/work"]
    assert await status(named, token) == 200, "the same server"
    assert "/user/ada/work" in named.proxy.routes


async def test_a_hub_that_has_lost_its_database_finds_all_that_run(named):
    tokens = await both(named)
    await named.start_server("ada", "gone")
    named.launcher.container("ada/gone").running = False
    await named.stop_hub()
    (named.data_dir / "jupyterhub.sqlite").unlink()
    named.docker.requests.clear()
    await named.start_hub(**DUMMY, **SETTINGS)
    await named.until(lambda: {"/user/ada", "/user/ada/work"} <= set(named.proxy.routes))
    await named.until(lambda: named.spawner("ada", "work").ready and named.spawner("ada").ready)
    assert [await status(named, token) for token in tokens] == [200, 200], "the same servers"
    assert set(named.hub.users["ada"].orm_spawners) == {"", "work"}
    assert sum("/start/" in request for request in named.docker.requests) == 2, "each is taken over once"
    assert named.docker.requests.count("GET /launcher/servers") == 1, "and looked for once"


async def test_a_hub_that_has_lost_all_finds_somebodys_servers_when_they_come_back(named):
    await named.log_in("mallory")
    await named.start_server("mallory", "work")
    await both(named)
    await named.stop_hub()
    for file in named.data_dir.iterdir():
        file.unlink()
    # A launcher that does not answer yet, or nonsense, is asked again.
    named.launcher.trouble = (400, "json")
    await named.start_hub(**DUMMY, **SETTINGS)
    await named.until(lambda: named.docker.requests.count("GET /launcher/servers") > 2)
    named.launcher.trouble = None
    await named.until(lambda: {"/user/ada", "/user/ada/work"} <= set(named.proxy.routes))
    assert "/user/mallory/work" not in named.proxy.routes and "mallory" not in named.hub.users
    await named.log_in("mallory")
    await named.until(lambda: "/user/mallory/work" in named.proxy.routes)
    assert len(named.launcher.tokens["mallory/work"]) == 1


async def test_kicked_by_name(named):
    default, work = await both(named)
    kicker = Kicker(f"{named.url}/hub/api", ADMIN_TOKEN, context.current().notices)

    async def kick(*names, **more):
        asked = {"text": "Why.", "stop": True, "hold": None, **more}
        return sorted([json.dumps(done) async for done in kicker.run(list(names), **asked)])

    assert await kick("ad", "ada/wor", "work", "root/work", "/work") == []
    assert await kick("ada/work", stop=False) == ['{"name": "ada/work", "told": true}']
    assert await kick("ada/work") == ['{"name": "ada/work", "stopped": true}']
    assert await status(named, default) == 200 and await status(named, work) == 403
    browser = await named.log_in("ada")
    assert "Why." in (await browser.get("/hub/home"))[1]
    page = (await browser.get("/hub/spawn/ada/work"))[1]
    assert words(page) == "Why. Start your server work again? Start"
    await named.start_server("ada", "work")
    assert "Why." not in (await browser.get("/hub/home"))[1]
    assert await kick("ada/") == ['{"name": "ada", "stopped": true}']
    await named.start_server("ada")
    assert await kick("ada") == ['{"name": "ada", "stopped": true}', '{"name": "ada/work", "stopped": true}']


async def test_idle_limits_are_for_each_server(named):
    named.list_people(zoe=person("zoe", lifecycle="always-on"), ROSTER={"namedServers": 2})
    await named.restart_hub(**DUMMY, **SETTINGS, idle={"cullAfter": 0, "maxAge": 1, "lookEvery": 1})
    await named.until(lambda: named.launcher.container("zoe") is not None and "/user/zoe" in named.proxy.routes)
    await named.log_in("zoe")
    await named.start_server("zoe", "work")
    await named.until(lambda: named.launcher.container("zoe/work") is None)
    assert named.launcher.container("zoe").running, "the default one is always on"
    page = (await (await named.log_in("zoe")).get("/hub/home"))[1]
    assert "Your server work was stopped because it had run for 1 seconds" in page


async def test_safe_mode_is_of_one_server(named):
    browser = await named.log_in("ada")
    await named.start_server("ada")
    named.launcher.next = Container(starts=False, exit_code=3, log=[("2026-01-01T10:00:00Z", b"broken settings\n")])
    await named.api("POST", "/users/ada/servers/work")
    await named.until(lambda: not named.spawner("ada", "work").active)
    named.spawner("ada", "work").knows_safe_mode = True
    _, page = await browser.get("/hub/spawn-pending/ada/work")
    assert "Your server work did not start." in words(page) and "broken settings" in page
    assert 'action="/hub/spawn/ada/work"' in page and 'id="start-safe"' in page
    await named.start_server("ada", "work", json={"safe": True})
    for server, safe in (("ada", False), ("ada/work", True)):
        token = named.launcher.tokens[server][-1]
        assert await named.api("GET", "/safe-mode", token=token) == (200, {"safe": safe})
    page = (await browser.get("/hub/home"))[1]
    assert "Your server work runs in safe mode" in page and "Your server runs in safe mode" not in page


async def test_who_entered_a_named_server(named, monkeypatch):
    await both(named)
    await named.log_in("root")
    client = named.hub.db.query(orm.OAuthClient).filter_by(identifier="jupyterhub-user-ada~work").one()
    token = named.hub.users["root"].new_api_token(oauth_client=client, scopes=[], note="x")
    await status(named, token)
    entered = context.current().entered
    assert entered.by("root") == [Server("ada", "work")]
    await named.api("DELETE", "/users/ada/servers/work")
    assert entered.by("root") == []
    await named.start_server("ada", "work")
    assert entered._of(named.hub.db, CONTAINER) == Server("ada", "work")
    assert entered._of(named.hub.db, "P-u-ada") == Server("ada") and entered._of(named.hub.db, "P-u-x") is None


async def test_the_page_while_it_starts_stops_this_server(named):
    browser = await named.log_in("ada")
    named.servers.delay = 3600
    named.answer_at_once()
    await named.api("POST", "/users/ada/servers/work")
    await named.until(lambda: CONTAINER in named.docker.containers)
    _, page = await browser.get("/hub/spawn-pending/ada/work")
    assert "Your server work is starting up." in page and 'stop_named_server(user, "work", options)' in page
    named.servers.delay = 0
    await named.until(lambda: named.spawner("ada", "work").ready)
