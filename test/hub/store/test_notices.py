"""Servers that are stopped with a notice: who reads it, where, and until when."""

import json

import pytest
from conftest import ADMIN_TOKEN, person
from declared.servers.kick import Kicker
from declared.store.notices import Notices
from test_pages import words


async def kick(world, names, text="Stopped.", stop=True, hold=None):
    kicker = Kicker(f"{world.url}/hub/api", ADMIN_TOKEN, Notices(world.data_dir))
    return sorted([json.dumps(done) async for done in kicker.run(names, text, stop, hold)])


@pytest.fixture
async def working(world):
    world.declare(ada=person("ada"), bob=person("bob"), eve=person("eve"))
    await world.start_hub()
    for name in ("ada", "bob"):
        await world.log_in(name)
        await world.start_server(name)
    return world


def running(world):
    return sorted(name for name, container in world.docker.containers.items() if container.running)


async def test_who_is_named_is_stopped_and_reads_why(working):
    assert await kick(working, ["ada", "eve"], "A new disk <b>at noon</b>") == ['{"name": "ada", "stopped": true}']
    assert running(working) == ["P-u-bob"]
    ada, bob = await working.log_in("ada"), await working.log_in("bob")
    for path in ("/hub/home", "/hub/user/ada/lab", "/hub/spawn/ada"):
        _, page = await ada.get(path)
        assert "A new disk &lt;b&gt;at noon&lt;/b&gt;" in page
    assert "A new disk" not in (await bob.get("/hub/home"))[1]
    _, page = await ada.get("/hub/spawn/ada")
    assert words(page) == "A new disk <b>at noon</b> Start your server again? Start"


async def test_the_words_go_with_the_next_start(working):
    await kick(working, ["ada"], "Why.")
    browser = await working.log_in("ada")
    await working.restart_hub()
    assert "Why." in (await browser.get("/hub/home"))[1]
    await working.start_server("ada")
    assert "Why." not in (await browser.get("/hub/home"))[1]


async def test_the_form_starts_the_server(working):
    await kick(working, ["ada"], "Why.")
    browser = await working.log_in("ada")
    xsrf = browser.session.cookie_jar.filter_cookies(working.url + "/hub/")["_xsrf"].value
    async with browser.session.post(
        f"{working.url}/hub/spawn/ada?_xsrf={xsrf}", data={}, allow_redirects=False
    ) as response:
        assert response.status == 302
    await working.until(lambda: running(working) == ["P-u-ada", "P-u-bob"])


async def test_told_beforehand_nothing_stops(working):
    assert await kick(working, None, "At noon.", stop=False) == [
        '{"name": "ada", "told": true}',
        '{"name": "bob", "told": true}',
    ]
    assert running(working) == ["P-u-ada", "P-u-bob"]
    assert "At noon." in (await (await working.log_in("bob")).get("/hub/home"))[1]


async def test_held_until_it_is_released(working):
    working.declare(ada=person("ada"), bob=person("bob"), zoe=person("zoe", lifecycle="always-on"))
    await working.until(lambda: "P-u-zoe" in running(working) and working.spawner("zoe").ready)
    await kick(working, None, "New kernel.", hold="New kernel.")
    assert running(working) == []
    # Also after a restart of the hub, and while the roster is read repeatedly.
    await working.restart_hub()
    browser = await working.log_in("ada")
    _, page = await browser.get("/hub/spawn/ada")
    assert words(page) == "New kernel. Servers cannot be started at the moment. Home"
    status, said = await working.api("POST", "/users/ada/server")
    assert status == 503 and said["message"] == "Servers cannot be started at the moment."
    assert "New kernel." in (await working.browser().get("/hub/login"))[1]
    assert running(working) == []

    assert Notices(working.data_dir).release() and not Notices(working.data_dir).release()
    await working.until(lambda: running(working) == ["P-u-zoe"])
    await working.start_server("ada")
