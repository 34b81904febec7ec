"""Sessions, tokens and rights end for people who are no longer listed, or whose name went to somebody new."""

import asyncio

from conftest import person
from declared import context
from declared.login import authenticator
from jupyterhub import orm


async def ada_at_work(world, **fields):
    world.declare(ada=person("ada", admin=True, groups=["staff"], **fields), bob=person("bob"))
    await world.start_hub()
    browser = await world.log_in("ada")
    await world.start_server("ada")
    user = world.hub.users["ada"]
    token = user.new_api_token(note="mine")
    db = world.hub.db
    # bob's browser has a token for ada's server, and ada's browser one for bob's.
    client = db.query(orm.OAuthClient).filter_by(identifier="jupyterhub-user-ada").one()
    await world.log_in("bob")
    world.hub.users["bob"].new_api_token(oauth_client=client, scopes=[], note="bob's, at ada's")
    db.commit()
    assert (await world.api("GET", "/user", token=token))[0] == 200
    return browser, token


def nothing_is_left(world, successor=False):
    db = world.hub.db
    row = orm.User.find(db, "ada")
    return (
        row is not None
        and not row.api_tokens
        and not row.oauth_codes
        and (successor or (not row.admin and not row.groups))
        and db.query(orm.OAuthClient).filter_by(identifier="jupyterhub-user-ada").first() is None
        and not orm.User.find(db, "bob").api_tokens
        and not world.docker.containers["P-u-ada"].running
        and "/user/ada" not in world.proxy.routes
    )


async def test_removed_from_the_roster(world):
    browser, token = await ada_at_work(world)
    created = orm.User.find(world.hub.db, "ada").created
    world.declare(bob=person("bob"))
    await world.until(lambda: nothing_is_left(world))
    assert not await browser.inside()
    assert (await world.api("GET", "/user", token=token))[0] == 403
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 403
    assert (await world.browser().log_in("ada", "correct horse"))[0] == 403
    row = orm.User.find(world.hub.db, "ada")
    assert row.created == created, "the row is kept"
    assert row.cookie_id.startswith("gone:")
    assert [role.name for role in row.roles] == ["user"]
    status, refused = await world.api("POST", "/users/ada/server")
    assert (status, refused["message"]) == (403, "ada is not on the list of people who may use this hub.")
    assert not world.docker.containers["P-u-ada"].running


async def test_blocked_is_removed_but_comes_back_with_the_same_container(world):
    browser, token = await ada_at_work(world)
    world.declare(ada=person("ada", admin=True, groups=["staff"], blocked=True), bob=person("bob"))
    await world.until(lambda: nothing_is_left(world))
    assert not await browser.inside()
    assert (await world.api("GET", "/user", token=token))[0] == 403
    assert (await world.browser().log_in("ada", "correct horse"))[0] == 403
    status, refused = await world.api("POST", "/users/ada/server")
    assert (status, refused["message"]) == (403, "ada is blocked from this hub.")
    world.declare(ada=person("ada"), bob=person("bob"))
    await world.until(lambda: context.current().keeper.get("ada") is not None)
    again = await world.log_in("ada")
    assert await again.inside()
    await world.start_server("ada")
    assert world.docker.containers["P-u-ada"].running
    assert (await world.api("GET", "/user", token=token))[0] == 403, "tokens from before stay revoked"


async def test_blocked_while_the_hub_was_down_and_an_always_on_server_ran(world):
    await ada_at_work(world, lifecycle="always-on")
    await world.stop_hub()
    world.declare(ada=person("ada", lifecycle="always-on", blocked=True), bob=person("bob"))
    await world.start_hub()
    await world.until(lambda: nothing_is_left(world))


async def test_refused_at_once_even_before_anything_is_revoked(world, monkeypatch):
    browser, token = await ada_at_work(world)

    async def nothing(roster):
        pass

    monkeypatch.setattr(world.hub.reconciler, "pass_over", nothing)
    monkeypatch.setattr(world.hub.authenticator, "auth_refresh_age", 1)
    world.declare(bob=person("bob"))

    async def out():
        return not await browser.inside() and (await world.api("GET", "/user", token=token))[0] == 403

    await world.until(out)


async def test_removed_while_the_hub_was_down(world):
    browser, token = await ada_at_work(world)
    await world.stop_hub()
    world.declare(bob=person("bob"))
    await world.start_hub()
    await world.until(lambda: nothing_is_left(world))
    assert not await browser.inside()
    assert (await world.api("GET", "/user", token=token))[0] == 403


async def test_removed_with_the_container_gone_too(world):
    await ada_at_work(world)
    del world.docker.containers["P-u-ada"]
    world.declare(bob=person("bob"))
    await world.until(lambda: not world.hub.users["ada"].active and "/user/ada" not in world.proxy.routes)


async def test_back_under_the_same_name(world):
    browser, token = await ada_at_work(world)
    world.declare(bob=person("bob"))
    await world.until(lambda: nothing_is_left(world))
    world.declare(ada=person("ada", incarnation="b2"), bob=person("bob"))
    await world.until(lambda: orm.User.find(world.hub.db, "ada").cookie_id.startswith("b2:"))
    assert not await browser.inside()
    assert (await world.api("GET", "/user", token=token))[0] == 403
    assert await (await world.log_in("ada")).inside()


async def test_a_new_incarnation_between_two_looks_at_the_roster(world):
    browser, token = await ada_at_work(world)
    world.declare(ada=person("ada", admin=True, incarnation="b2"), bob=person("bob"))
    await world.until(lambda: nothing_is_left(world, successor=True))
    assert not await browser.inside()
    assert (await world.api("GET", "/user", token=token))[0] == 403
    new = await world.log_in("ada")
    token = world.hub.users["ada"].new_api_token(note="the new one's")
    await asyncio.sleep(0.5)
    assert await new.inside(), "revoked once, not again and again"
    assert (await world.api("GET", "/user", token=token))[0] == 200
    assert (await world.api("GET", "/users/ada"))[1]["admin"] is True


async def test_log_in_before_the_old_row_is_taken_over(world, monkeypatch):
    await ada_at_work(world)

    async def nothing(roster):
        pass

    monkeypatch.setattr(world.hub.reconciler, "pass_over", nothing)
    monkeypatch.setattr(authenticator, "TAKEN_OVER_WITHIN", 0.3)
    world.declare(ada=person("ada", incarnation="b2"), bob=person("bob"))
    await world.until(lambda: context.current().keeper.get("ada").incarnation == "b2")
    status, page = await world.browser().log_in("ada", "correct horse")
    assert status == 503 and "being set up" in page


async def test_the_same_incarnation_keeps_everything(world):
    browser, token = await ada_at_work(world)
    await world.restart_hub()
    world.declare(ada=person("ada", lifecycle="on-demand"), bob=person("bob"))
    await world.until(lambda: not orm.User.find(world.hub.db, "ada").admin)
    assert await browser.inside()
    assert (await world.api("GET", "/user", token=token))[0] == 200
    await world.until(lambda: world.spawner("ada").ready)


async def test_a_token_made_for_somebody_gone_ends_at_the_next_look(world):
    await ada_at_work(world)
    world.declare(bob=person("bob"))
    await world.until(lambda: nothing_is_left(world))
    world.hub.users["ada"].new_api_token(note="late")
    await world.until(lambda: nothing_is_left(world))
