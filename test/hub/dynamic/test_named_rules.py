"""Named servers: which names are good, how many there may be, and whose they are."""

import pytest
import yarl
from conftest import ADMIN_TOKEN, person
from declared import context
from fakes import Container
from jupyterhub import orm
from test_launching import launches
from test_named import CONTAINER, both, named  # noqa: F401


async def allow(world, number):
    world.list_people(ada=person("ada"), root=person("root", admin=True), ROSTER={"namedServers": number})
    await world.until(lambda: context.current().keeper.named_servers() == number)


BAD = ["Work", "a" * 31, "--", "-a", "a-", "a--b", "..", "%2e%2e", "a%2fb", "a%2Fb", "a%252fb", "a%00", "a%20b", "1a"]
BAD += ["a.b", "a_b", "%C3%A4", "work%0a", "lab", "api", "tree"]


def encoded(world, path):
    """As it stands here: the client would tidy it up."""
    return yarl.URL(f"{world.url}/hub{path}", encoded=True)


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_name_is_refused_in_every_way(named, name):
    browser = await named.log_in("ada")
    headers = {"Authorization": f"token {ADMIN_TOKEN}"}
    for method in ("POST", "PUT"):
        address = encoded(named, f"/api/users/ada/servers/{name}")
        async with browser.session.request(method, address, headers=headers, json={}) as answer:
            assert answer.status in (400, 404), (method, await answer.text())
    async with browser.session.get(encoded(named, f"/spawn/ada/{name}"), allow_redirects=False) as answer:
        assert answer.status in (400, 404)
    row = orm.User.find(named.hub.db, "ada")
    assert set(row.orm_spawners) == {""} and not launches(named)


@pytest.mark.parametrize(
    "path", ["a/b", "work/../../../root/server", "..%2f..%2froot%2fserver", "work%2f..%2f..", "%2fwork", "work%2f"]
)
async def test_a_name_with_a_slash_is_no_path_of_another_server(named, path):
    browser = await named.log_in("ada")
    headers = {"Authorization": f"token {ADMIN_TOKEN}"}
    address = encoded(named, f"/api/users/ada/servers/{path}")
    async with browser.session.post(address, headers=headers, json={}) as answer:
        assert answer.status in (400, 403, 404, 405), await answer.text()
    assert not launches(named)


async def test_no_more_than_the_roster_says(named):
    await named.log_in("ada")
    for name in ("one", "two"):
        await named.start_server("ada", name)
    code, said = await named.api("POST", "/users/ada/servers/three")
    assert code == 400 and "already has the maximum of 2 named servers" in said["message"]
    assert (await named.api("PUT", "/users/ada/servers/three"))[0] == 400
    await named.api("DELETE", "/users/ada/servers/one", json={"remove": True})
    await named.start_server("ada", "three")
    await allow(named, 3)
    await named.start_server("ada", "four")
    assert sorted(named.launcher.tokens) == ["ada/four", "ada/one", "ada/three", "ada/two"]


async def test_none_where_there_are_none(named):
    await both(named)
    await named.api("DELETE", "/users/ada/servers/work")
    browser = await named.log_in("ada")
    assert 'id="start-work"' in (await browser.get("/hub/home"))[1]
    await allow(named, 0)
    for name in ("work", "new"):
        code, said = await named.api("POST", f"/users/ada/servers/{name}")
        assert (code, said["message"]) == (403, "Nobody has further servers here: each person has one.")
        code, page = await browser.get(f"/hub/spawn/ada/{name}")
        assert code == 403 and "each person has one" in page
    assert "Named Servers" not in (await browser.get("/hub/home"))[1]
    assert named.spawner("ada").ready and len(named.launcher.tokens["ada/work"]) == 1


async def test_one_that_runs_when_none_are_offered_any_more_can_be_stopped(named):
    await both(named)
    browser = await named.log_in("ada")
    assert ".add-server-row," not in (await browser.get("/hub/home"))[1]
    await allow(named, 0)
    page = (await browser.get("/hub/home"))[1]
    assert 'id="stop-work"' in page and ".add-server-row," in page
    assert (await named.api("DELETE", "/users/ada/servers/work"))[0] == 204
    assert "Named Servers" not in (await browser.get("/hub/home"))[1]


async def test_a_running_server_keeps_its_name(named):
    await both(named)
    code, said = await named.api("PATCH", "/users/ada/servers/work", json={"name": "play"})
    assert code == 400 and "Please stop it before" in said["message"]
    code, said = await named.api("PATCH", "/users/ada/server", json={"name": "play"})
    assert code == 400
    await named.api("DELETE", "/users/ada/server")
    code, said = await named.api("PATCH", "/users/ada/server", json={"name": "play"})
    assert (code, said["message"]) == (400, "The default server has no other name.")
    # The hub takes it for stopped, but its container is there.
    await named.api("DELETE", "/users/ada/servers/work")
    named.docker.containers[CONTAINER] = Container(running=True)
    code, said = await named.api("PATCH", "/users/ada/servers/work", json={"name": "play"})
    assert (code, said["message"]) == (409, "ada/work is not stopped yet. Try again in a minute.")
    del named.docker.containers[CONTAINER]
    for wrong in ("Play", "..", "a/b", "lab", 7):
        assert (await named.api("PATCH", "/users/ada/servers/work", json={"name": wrong}))[0] == 400
    assert set(orm.User.find(named.hub.db, "ada").orm_spawners) == {"", "work"}
    assert (await named.api("PATCH", "/users/ada/servers/work", json={"name": "play"}))[0] == 200
    await named.start_server("ada", "play")
    assert named.launcher.container("ada/play").running and named.launcher.container("ada/work") is None


async def test_what_people_see_as_its_name_is_changed_freely(named):
    await named.log_in("ada")
    await named.api("PUT", "/users/ada/servers/work", json={"display_name": "My work"})
    assert "My work" in (await (await named.log_in("ada")).get("/hub/home"))[1]
    assert (await named.api("PATCH", "/users/ada/servers/work", json={"display_name": "Ours"}))[0] == 200
    assert (await named.api("PATCH", "/users/ada/servers/work", json={"display_name": "a\nb"}))[0] in (200, 400)
    await named.start_server("ada", "work")
    assert named.launcher.container("ada/work").running


async def test_nobody_elses(named):
    await both(named)
    await named.log_in("mallory")
    token = named.hub.users["mallory"].new_api_token(note="mine")
    for method, path in [
        ("POST", "/users/ada/servers/more"),
        ("PUT", "/users/ada/servers/more"),
        ("PATCH", "/users/ada/servers/work"),
        ("DELETE", "/users/ada/servers/work"),
        ("GET", "/users/ada/servers/work"),
    ]:
        assert (await named.api(method, path, token=token, json={"name": "x"}))[0] in (403, 404), (method, path)
    work = named.launcher.tokens["ada/work"][0]
    assert (await named.api("DELETE", "/users/ada/server", token=work))[0] in (403, 404), "a server stops no other"
    assert named.spawner("ada").ready and named.spawner("ada", "work").ready


async def test_declared_people_have_one_server(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    browser = await world.log_in("ada")
    assert (await world.api("POST", "/users/ada/servers/work"))[0] == 400
    assert "Named Servers" not in (await browser.get("/hub/home"))[1]
