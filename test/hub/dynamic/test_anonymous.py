"""`authentication: {type: anonymous}`: one click, a server for a while, and nothing left of it."""

import re
import time

import pytest
from conftest import hub_section
from declared import context, guests
from jupyterhub import orm

ANONYMOUS = {"authentication": {"type": "anonymous"}}
EVERYBODY = {"dynamic": {"allow": "all", "ids": None, "groups": False}}


async def begin(world, **more):
    world.make_dynamic()
    world.list_people()
    return await world.start_hub(**ANONYMOUS, **EVERYBODY, **more)


async def press(browser, then="", **headers):
    """@returns status, and where it leads or what the page says"""
    _, page = await browser.get("/hub/login")
    data = {"_xsrf": re.search(r'name="_xsrf" value="([^"]+)"', page)[1]}
    async with browser.session.post(
        f"{browser.url}/hub/login",
        data=data,
        params={"next": then} if then else {},
        headers=headers,
        allow_redirects=False,
    ) as response:
        text = await response.text()
        return response.status, response.headers["Location"] if response.status == 302 else text


async def guest(world):
    """@returns a browser, and the name of its guest"""
    browser = world.browser()
    assert (await press(browser))[0] == 302
    _, user = await browser.get("/hub/api/user")
    return browser, re.search(r'"name": "(guest-[a-z2-7]{16})"', user)[1]


def traces(world, name):
    """Rows of the database, and files, that have anything of the guest."""
    db = world.hub.db
    db.expire_all()
    rows = [row.name for row in db.query(orm.User)] + [row.identifier for row in db.query(orm.OAuthClient)]
    rows += [f"{row.note} {row.user}" for row in db.query(orm.APIToken)]
    files = [file.read_text() for file in world.data_dir.iterdir() if file.suffix == ".json"]
    return [text for text in rows + files if name in text]


async def test_one_click(world):
    await begin(world)
    browser = world.browser()
    _, page = await browser.get("/hub/login")
    assert 'id="start"' in page and 'name="username"' not in page and 'type="password"' not in page
    assert await press(browser) == (302, "/hub/spawn")
    name = world.hub.db.query(orm.User).one().name
    status, _ = await browser.spawn(name)
    assert status == 302
    await world.until(lambda: world.spawner(name).ready)
    assert world.launcher.container(name).running
    row = orm.User.find(world.hub.db, name)
    assert (row.admin, row.groups) == (False, [])
    _, second = await guest(world)
    assert second != name


async def test_twice_pressed_is_one_guest(world):
    await begin(world)
    browser, name = await guest(world)
    _, page = await browser.get("/hub/home")
    xsrf = re.search(r'xsrf_token: "([^"]+)"', page)[1]
    async with browser.session.post(f"{world.url}/hub/login", data={"_xsrf": xsrf}, allow_redirects=False) as response:
        assert response.status == 302
    assert [row.name for row in world.hub.db.query(orm.User)] == [name]


async def test_nobody_is_made_a_guest_by_another_page(world):
    await begin(world)
    for origin in ("https://evil.example", "null"):
        browser = world.browser()
        status, _ = await press(browser, Origin=origin)
        assert status == 403 and not await browser.inside()
    browser = world.browser()
    for data in ({}, {"_xsrf": "x"}):
        async with browser.session.post(f"{world.url}/hub/login", data=data, allow_redirects=False) as response:
            assert response.status == 403
    assert world.hub.db.query(orm.User).count() == 0


async def test_nobody_chooses_a_name(world):
    await begin(world)
    _, first = await guest(world)
    other = world.browser()
    _, page = await other.get("/hub/login")
    data = {"_xsrf": re.search(r'name="_xsrf" value="([^"]+)"', page)[1], "username": first, "name": first}
    async with other.session.post(f"{world.url}/hub/login", data=data, allow_redirects=False) as response:
        assert response.status == 302
    _, user = await other.get("/hub/api/user")
    assert first not in user
    status, _ = await other.get(f"/hub/spawn/{first}")
    assert status in (403, 404)


@pytest.mark.parametrize("how", ["by hand", "by itself"])
async def test_when_the_server_has_ended_nothing_is_left(world, monkeypatch, how):
    await begin(world)
    browser, name = await guest(world)
    await world.start_server(name)
    monkeypatch.setattr(guests, "GRACE", 0.3)  # From now on, or a slow start would be too late.
    token = world.launcher.tokens[name][0]
    mine = world.hub.users[name].new_api_token(note="mine")
    await world.restart_hub(**ANONYMOUS, **EVERYBODY)
    await world.until(lambda: world.spawner(name).ready)
    assert await browser.inside()
    if how == "by hand":
        await world.api("DELETE", f"/users/{name}/server")
    else:
        world.launcher.container(name).running = False
        await world.spawner(name).poll_and_notify()
    await world.until(lambda: not traces(world, name))
    assert world.launcher.container(name) is None and not await browser.inside()
    for old in (token, mine):
        assert (await world.api("GET", "/user", token=old))[0] == 403
    assert "/user/" + name not in world.proxy.routes and list(world.data_dir.glob("notices/*")) == []


async def test_who_is_idle_or_too_long_here_is_gone_without_a_trace(world, monkeypatch):
    await begin(world, idle={"cullAfter": 0, "maxAge": 5, "lookEvery": 1})
    browser, name = await guest(world)
    await world.start_server(name)
    monkeypatch.setattr(guests, "GRACE", 0.3)  # From now on, or a slow start would be too late.
    await world.until(lambda: not traces(world, name) and not list(world.data_dir.glob("notices/*")))
    assert world.launcher.container(name) is None and not await browser.inside()


async def test_who_never_starts_a_server_is_gone_too_and_whoever_starts_one_is_not(world):
    await begin(world)
    _, name = await guest(world)
    _, busy = await guest(world)
    await world.start_server(busy)
    for loop in world.hub._loops:
        loop.cancel()
    admitted = context.current().keeper.admitted
    watch = guests.Guests(world.hub, admitted)
    now = time.monotonic()
    await watch.pass_over(lambda: now)
    await watch.pass_over(lambda: now + guests.GRACE - 1)
    assert sorted(admitted.guests) == sorted([name, busy])
    await watch.pass_over(lambda: now + guests.GRACE)
    assert admitted.guests == [busy] and not traces(world, name) and traces(world, busy)


async def test_a_log_out_ends_the_server(world, monkeypatch):
    await begin(world)
    browser, name = await guest(world)
    await world.start_server(name)
    monkeypatch.setattr(guests, "GRACE", 0.3)  # From now on, or a slow start would be too late.
    await browser.get("/hub/logout")
    await world.until(lambda: world.launcher.container(name) is None and not traces(world, name))


async def test_how_many_are_here_at_once(world, monkeypatch):
    await begin(world, hub=hub_section(activeServers=2))
    first, _ = await guest(world)
    await guest(world)
    status, page = await press(world.browser())
    assert status == 429 and "All servers are in use at the moment." in page
    assert world.hub.db.query(orm.User).count() == 2
    assert await first.inside()
    with monkeypatch.context() as soon:
        soon.setattr(guests, "GRACE", 0.0)
        await world.until(lambda: world.hub.db.query(orm.User).count() == 0)
    await guest(world)


@pytest.mark.parametrize(
    "then,to",
    [
        ("/hub/user-redirect/lab/tree/a.ipynb", "/hub/user-redirect/lab/tree/a.ipynb"),
        ("/user/guest-aaaaaaaaaaaaaaaa/lab", "/hub/spawn"),
        ("/user/ada/", "/hub/spawn"),
        ("https://evil.example/", "/hub/spawn"),
        ("//evil.example/", "/hub/spawn"),
    ],
)
async def test_the_way_on(world, then, to):
    await begin(world)
    assert await press(world.browser(), then) == (302, to)


async def test_with_another_way_to_log_in_guests_are_gone(world, monkeypatch):
    await begin(world)
    browser, name = await guest(world)
    await world.start_server(name)
    monkeypatch.setattr(guests, "GRACE", 0.3)  # From now on, or a slow start would be too late.
    await world.restart_hub(authentication={"type": "dummy"}, **EVERYBODY)
    await world.until(lambda: world.launcher.container(name) is None and not traces(world, name))
    assert not await browser.inside()


async def test_only_where_servers_are_made_at_their_start(world):
    await world.refuse_hub("authentication anonymous needs spawning: dynamic", **ANONYMOUS)
