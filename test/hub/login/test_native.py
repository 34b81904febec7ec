"""Sign-up works with the invitation of a listed name, and with nothing else."""

import asyncio
import re

import pytest
from conftest import PASSWORD, password_hash, person
from declared import context
from declared.login import native
from declared.people import keeper
from jupyterhub import orm
from nativeauthenticator.orm import UserInfo

CHOSEN = "a password of my own"
NATIVE = {"authentication": {"type": "native"}}
NO_INVITATION = "This is not an invitation for this name."


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(native, "ROUNDS", 4)


async def choose(world, name, shown=PASSWORD, password=CHOSEN, again=None, browser=None, **kwargs):
    browser = browser or world.browser()
    _, page = await browser.get("/hub/signup")
    data = {
        "_xsrf": re.search(r'name="_xsrf" value="([^"]+)"', page)[1],
        "username": name,
        "shown": shown,
        "password": password,
        "again": password if again is None else again,
    }
    async with browser.session.post(f"{world.url}/hub/signup", data=data, allow_redirects=False, **kwargs) as response:
        return response.status, await response.text()


async def enters(world, name, password=CHOSEN):
    browser = world.browser()
    status, _ = await browser.log_in(name, password)
    assert (status == 302) == await browser.inside()
    return status == 302


async def test_signing_up_and_in(world):
    world.declare(
        ada=person("ada", login="lovelace", groups=["staff"]), **{"jürgen müller": person("jm", login="jürgen müller")}
    )
    await world.start_hub(**NATIVE)
    _, page = await world.browser().get("/hub/login")
    assert '<a href="/hub/signup">Sign up</a>' in page
    assert not await enters(world, "lovelace", PASSWORD), "an invitation is no password"
    status, page = await choose(world, "Lovelace", f" {PASSWORD}\n")
    assert status == 200 and "Your password is set." in page
    assert await enters(world, "lovelace") and not await enters(world, "ada")
    row = orm.User.find(world.hub.db, "ada")
    assert (row.admin, [group.name for group in row.groups]) == (False, ["staff"])
    assert (await choose(world, "Jürgen Müller"))[0] == 200
    assert await enters(world, "jürgen müller")
    stored = [bytes(info.password) for info in world.hub.db.query(UserInfo)]
    assert len(stored) == 2 and all(kept.startswith(b"$2b$") for kept in stored)


async def test_a_listed_name_is_taken_by_its_invitation_alone(world):
    world.declare(ada=person("ada", admin=True), bob=person("bob", password=password_hash("bob's")))
    await world.start_hub(**NATIVE)
    for name, shown in [
        ("ada", ""),
        ("ada", "guess"),
        ("ada", "bob's"),
        ("bob", PASSWORD),
        ("mallory", PASSWORD),
        ("аda", PASSWORD),
        ("ａda", PASSWORD),
        ("", ""),
        ("ada\u200b", PASSWORD),
    ]:
        status, page = await choose(world, name, shown)
        assert status == 403 and NO_INVITATION in page, (name, shown)
    assert world.hub.db.query(UserInfo).count() == 0
    assert (await choose(world, "ada"))[0] == 200
    status, page = await choose(world, "ada", PASSWORD, "another password, later")
    assert status == 403 and "This invitation was used already." in page
    assert await enters(world, "ada") and not await enters(world, "ada", "another password, later")


@pytest.mark.parametrize(
    "password,again,said",
    [
        (CHOSEN, "another", "The two new passwords are not the same."),
        ("too short", None, "Choose another password: at least 12 characters"),
        ("unbelievable", None, "Choose another password"),
    ],
)
async def test_a_password_that_will_not_do(world, password, again, said, monkeypatch):
    world.declare(ada=person("ada"))
    await world.start_hub(**NATIVE)
    world.hub.authenticator.COMMON_PASSWORDS = {"unbelievable"}
    status, page = await choose(world, "ada", PASSWORD, password, again)
    assert status == 403 and said in page
    assert world.hub.db.query(UserInfo).count() == 0
    assert (await choose(world, "ada"))[0] == 200, "the invitation is still one"


async def test_another_password_is_for_who_has_the_present_one_and_ends_sessions(world):
    world.declare(ada=person("ada"))
    await world.start_hub(**NATIVE)
    await choose(world, "ada")
    browser = await world.log_in("ada", CHOSEN)
    assert (await choose(world, "ada", "guess", "the next of my own"))[0] == 403
    assert await browser.inside()
    assert (await choose(world, "ada", CHOSEN, "the next of my own"))[0] == 200
    assert not await browser.inside()
    assert await enters(world, "ada", "the next of my own") and not await enters(world, "ada")


@pytest.mark.parametrize("password", ["x" * 200, "Gro\u0308ße zwölf, bitte"])
async def test_any_password_of_any_length(world, password):
    world.declare(ada=person("ada"))
    await world.start_hub(**NATIVE)
    assert (await choose(world, "ada", PASSWORD, password))[0] == 200
    assert await enters(world, "ada", password.replace("o\u0308", "ö"))
    assert not await enters(world, "ada", password[:-1])


async def test_an_account_ends_with_its_invitation_and_outlives_a_removal(world, monkeypatch):
    monkeypatch.setattr(keeper, "FRESH", 0.0)
    world.declare(ada=person("ada"), bob=person("bob"))
    await world.start_hub(**NATIVE)
    await choose(world, "ada")
    browser = await world.log_in("ada", CHOSEN)
    token = world.hub.users["ada"].new_api_token(note="mine")

    async def out():
        return not await browser.inside() and (await world.api("GET", "/user", token=token))[0] == 403

    world.declare(bob=person("bob"))
    await world.until(out)
    assert not await enters(world, "ada") and (await choose(world, "ada"))[0] == 403
    world.declare(ada=person("ada", incarnation="b2"), bob=person("bob"))
    assert await enters(world, "ada") and await out(), "the same person with the same password, and no old token"
    browser = await world.log_in("ada", CHOSEN)
    world.declare(ada=person("ada", incarnation="b2", password=password_hash("the second")), bob=person("bob"))

    async def ended():
        return not await browser.inside()

    await world.until(ended)
    assert not await enters(world, "ada")
    assert (await choose(world, "ada", CHOSEN))[0] == 403 == (await choose(world, "ada", PASSWORD))[0]
    assert (await choose(world, "ada", "the second"))[0] == 200
    assert await enters(world, "ada")


async def test_accounts_outlive_the_hub(world):
    world.declare(ada=person("ada"))
    await world.start_hub(**NATIVE)
    await choose(world, "ada")
    await world.restart_hub(**NATIVE)
    assert await enters(world, "ada")


async def test_signing_up_twice_at_once_is_signing_up_once(world):
    world.declare(ada=person("ada"))
    await world.start_hub(**NATIVE)
    tries = await asyncio.gather(*(choose(world, "ada", PASSWORD, f"password number {n}") for n in range(5)))
    assert sorted(status for status, _ in tries) == [200, 403, 403, 403, 403]
    assert world.hub.db.query(UserInfo).count() == 1


async def test_guessing_passwords_is_slow_on_both_forms(world):
    world.declare(ada=person("ada"))
    await world.start_hub(**NATIVE)
    await choose(world, "ada")
    for _ in range(3):
        assert not await enters(world, "ada", "guess")
        assert (await choose(world, "ada", "guess"))[0] == 403
    assert world.hub.authenticator.slowdown.delay("ada", "10.0.0.7") > 0


async def test_a_form_on_another_page(world):
    world.declare(ada=person("ada"))
    await world.start_hub(**NATIVE)
    assert (await choose(world, "ada", headers={"Origin": "https://evil.example"}))[0] == 403
    async with world.browser().session.post(
        f"{world.url}/hub/signup", data={"username": "ada", "shown": PASSWORD, "password": CHOSEN, "again": CHOSEN}
    ) as response:
        assert response.status == 403
    assert world.hub.db.query(UserInfo).count() == 0


async def test_nothing_is_approved_by_a_link(world):
    """NativeAuthenticator's own pages approve with a GET."""
    world.declare(root=person("root", admin=True))
    await world.start_hub(**NATIVE)
    await choose(world, "root")
    browser = await world.log_in("root", CHOSEN)
    for path in (
        "/hub/authorize",
        "/hub/authorize/root",
        "/hub/discard/root",
        "/hub/confirm/x",
        "/hub/change-password",
        "/hub/change-password/root",
    ):
        assert (await browser.get(path))[0] == 404
    assert await enters(world, "root")


async def test_the_roster_that_could_not_be_read_lets_nobody_sign_up(world):
    world.publish(None)
    await world.start_hub(**NATIVE)
    assert context.current().keeper.roster is None or len(context.current().keeper.roster) == 0
    assert (await choose(world, "ada"))[0] in (403, 503)
