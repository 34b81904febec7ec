"""Who gets in, as what, and what they are told when they do not."""

import asyncio
import time

import pytest
from conftest import PASSWORD, person
from declared import context
from declared.login import authenticator
from declared.people import keeper
from jupyterhub import orm
from jupyterhub.auth import DummyAuthenticator


async def test_listed_with_the_right_password(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    assert await (await world.log_in("ada")).inside()


async def test_a_log_in_looks_at_the_roster_itself(world, monkeypatch):
    """After `up`, a new person's password must work at once."""
    world.declare(ada=person("ada"))
    await world.start_hub()
    for loop in world.hub._loops:
        loop.cancel()
    monkeypatch.setattr(keeper, "FRESH", 0.0)
    world.declare(bob=person("bob"))
    assert await (await world.log_in("bob")).inside()
    assert (await world.browser().log_in("ada", PASSWORD))[0] == 403


async def test_many_log_ins_share_one_look_at_the_roster(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    reads = 0
    inspect = context.current().gate.inspect

    async def counted(*args):
        nonlocal reads
        reads += 1
        await asyncio.sleep(0.05)
        return await inspect(*args)

    context.current().gate.inspect = counted
    for loop in world.hub._loops:
        loop.cancel()
    await asyncio.sleep(keeper.FRESH)
    await asyncio.gather(*(context.current().keeper.fresh() for _ in range(50)))
    assert reads == 1


async def test_the_log_in_page_is_the_stock_one(world):
    await world.start_hub()
    status, page = await world.browser().get("/hub/login")
    assert status == 200 and 'name="username"' in page and 'name="password"' in page


@pytest.mark.parametrize(
    "name,password", [("ada", "wrong"), ("ada", ""), ("nobody", PASSWORD), ("", ""), ("ada\udc80", "x\udc80")]
)
async def test_a_wrong_password_and_an_unlisted_name_are_told_so_in_one_sentence(world, name, password):
    world.declare(ada=person("ada"))
    await world.start_hub()
    browser = world.browser()
    status, page = await browser.log_in(
        name.encode("utf-8", "replace").decode(), password.encode("utf-8", "replace").decode()
    )
    assert status == 403
    assert "Wrong password, or this name is not on the list of people who may use this hub." in page
    assert 'name="password"' in page, "on the form, to try again"
    assert not await browser.inside()


async def test_listed_without_a_password_is_not_let_in(world):
    world.declare(ada=person("ada", password=None))
    await world.start_hub()
    for password in ("", "None", PASSWORD):
        assert (await world.browser().log_in("ada", password))[0] == 403


@pytest.mark.parametrize("typed", ["ADA", " ada ", "Ada", "ａｄａ", "𝐀𝐝𝐚"])
async def test_spellings_of_one_name(world, typed):
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in(typed)
    assert [row.name for row in world.hub.db.query(orm.User)] == ["ada"]


@pytest.mark.parametrize("typed", ["аda", "ada\u200b", "ada/", "..", "%61da", "ada\n"])
async def test_look_alikes_are_somebody_else(world, typed):
    """The first has a Cyrillic letter. A line break at the end is stripped by the form, so that one is ada."""
    world.declare(ada=person("ada"))
    await world.start_hub()
    status, _ = await world.browser().log_in(typed, PASSWORD)
    assert status == (302 if typed == "ada\n" else 403)


async def test_admin_and_groups_come_from_the_roster(world):
    world.declare(ada=person("ada", admin=True, groups=["staff", "maths"]), bob=person("bob"))
    await world.start_hub()
    await world.log_in("ada")
    await world.log_in("bob")
    _, ada = await world.api("GET", "/users/ada")
    _, bob = await world.api("GET", "/users/bob")
    assert (ada["admin"], sorted(ada["groups"])) == (True, ["maths", "staff"])
    assert (bob["admin"], bob["groups"]) == (False, [])


async def test_what_changes_on_the_roster_takes_effect_without_a_new_log_in(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    browser = await world.log_in("ada")
    assert (await browser.get("/hub/admin"))[0] == 403
    world.declare(ada=person("ada", admin=True, groups=["staff"]))

    async def may():
        return (await browser.get("/hub/admin"))[0] == 200

    await world.until(may)
    assert (await world.api("GET", "/users/ada"))[1]["groups"] == ["staff"]
    world.declare(ada=person("ada"))

    async def may_not():
        return (await browser.get("/hub/admin"))[0] == 403

    await world.until(may_not)
    assert await browser.inside()


class Provider(DummyAuthenticator):
    """An identity provider that accepts any name."""

    async def authenticate(self, handler, data):
        return {"name": data["username"], "admin": True, "groups": ["theirs"]}


class Listed(authenticator.RosterMixin, Provider):
    pass


async def test_over_any_authenticator_the_roster_decides(world):
    world.declare(ada=person("ada", login="Ada-At-GitHub".lower()), bob=person("bob", login="ada"))
    await world.start_hub()
    listed = Listed()
    assert (listed.allow_all, listed.manage_groups, listed.auth_refresh_strict) == (True, True, True)
    assert 0 < listed.auth_refresh_age <= 10

    async def enter(name):
        return await listed.get_authenticated_user(None, {"username": name})

    model = await enter("Ada-At-GitHub")
    assert (model["name"], model["admin"], model["groups"]) == ("ada", False, [])
    assert (await enter("ada"))["name"] == "bob", "a login leads to a person, a name does not"
    for name in ("bob", "mallory"):
        with pytest.raises(Exception, match="is not on the list of people"):
            await enter(name)


async def test_check_blocked_users_asks_the_roster_by_itself(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    listed = Listed()
    assert listed.check_blocked_users("ada")
    with pytest.raises(Exception, match="is not on the list of people"):
        listed.check_blocked_users("mallory")


async def test_guessing_is_slow_and_locks_nobody_out(world, monkeypatch):
    world.declare(ada=person("ada"), bob=person("bob"))
    await world.start_hub()
    slowdown = world.hub.authenticator.slowdown
    for name in ("ada", "nobody"):
        for _ in range(6):
            assert (await world.browser().log_in(name, "guess"))[0] == 403
        begun = time.monotonic()
        assert (await world.browser().log_in(name, "guess"))[0] == 403
        assert time.monotonic() - begun > 0.4, "late, not refused, and the same for who is not listed"
    assert slowdown.delay("ada", "") == slowdown.delay("nobody", "") > 0
    for _ in range(20):
        slowdown.failed("ada", "10.0.0.7")
    assert slowdown.delay("ada", "") == 5
    monkeypatch.setattr("declared.login.slowdown.LONGEST", 3600.0)
    assert slowdown.delay("ada", "") > 250
    async with asyncio.timeout(200):  # With the right password there is no wait.
        await world.log_in("ada")
        await world.log_in("bob")
    assert (
        world.hub.authenticator.slowdown.delay("ada", "127.0.0.1")
        == 0
        == world.hub.authenticator.slowdown.delay("bob", "127.0.0.1")
    )


async def test_the_right_password_gets_in_past_any_number_of_wrong_ones(world, monkeypatch):
    monkeypatch.setattr("declared.login.slowdown.LONGEST", 3600.0)
    world.declare(ada=person("ada"))
    await world.start_hub()
    slowdown = world.hub.authenticator.slowdown
    for _ in range(20):
        slowdown.failed("ada", "10.0.0.7")
    guessing = [asyncio.create_task(world.browser().log_in("ada", "guess")) for _ in range(30)]
    try:
        # Twenty wait; the others are turned away.
        await world.until(lambda: sum(task.done() for task in guessing) == 10)
        assert [task.result()[0] for task in guessing if task.done()] == [429] * 10
        assert slowdown._counts["name", "ada"].waiting == 20
        assert await (await world.log_in("ada")).inside()
        assert sum(not task.done() for task in guessing) == 20, "they wait still"
    finally:
        for task in guessing:
            task.cancel()


@pytest.mark.parametrize(
    "forwarding,source", [({"hops": 0, "trusted": []}, "10.0.0.7"), ({"hops": 1, "trusted": []}, "1.2.3.4")]
)
async def test_the_source_is_what_our_proxies_saw(world, forwarding, source):
    class Request:
        headers = {"X-Forwarded-For": "1.2.3.4, 10.0.0.7", "X-Real-Ip": "6.6.6.6"}
        remote_ip = "6.6.6.6"

    class Handler:
        request = Request()

    await world.start_hub(forwarding=forwarding)
    assert authenticator.source_of(Handler(), context.current().settings.forwarding) == source


async def test_the_log_has_what_changed_and_what_went_wrong(world, capfd):
    world.declare(ada=person("ada"))
    world.log_level = "INFO"
    await world.start_hub()
    browser = await world.log_in("ada")
    await browser.inside()
    await world.browser().log_in("ada", "wrong")
    written = capfd.readouterr().err
    assert "User logged in: ada" in written and "302 POST /hub/login" in written and "403 POST /hub/login" in written
    assert "200 GET" not in written and "xsrf cookie" not in written
    assert PASSWORD not in written
