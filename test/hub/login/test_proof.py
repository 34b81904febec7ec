"""What people prove their identity with: changed passwords, chosen passwords, other logins."""

import asyncio
import hashlib

import pytest
from conftest import PASSWORD, password_hash, person
from declared import names
from declared.people import keeper, passwords
from jupyterhub import orm

SALT = bytes(range(16))


def chosen_hash(password: str) -> str:
    key = hashlib.scrypt(password.encode(), salt=SALT, n=16384, r=8, p=5, dklen=32, maxmem=1 << 26)
    return f"scrypt$16384$8$5${SALT.hex()}${key.hex()}"


async def test_another_password_ends_sessions_and_tokens_and_no_server(world):
    world.declare(ada=person("ada"), bob=person("bob"))
    await world.start_hub()
    ada, bob = await world.log_in("ada"), await world.log_in("bob")
    await world.start_server("ada")
    client = world.hub.db.query(orm.OAuthClient).filter_by(identifier="jupyterhub-user-ada").one()
    token = world.hub.users["ada"].new_api_token(note="mine")
    world.hub.users["ada"].new_api_token(oauth_client=client, scopes=[], note="a browser's, at her server")
    world.hub.db.commit()
    world.declare(ada=person("ada", password=password_hash("another")), bob=person("bob"))

    async def out():
        return not await ada.inside() and (await world.api("GET", "/user", token=token))[0] == 403

    await world.until(out)
    await world.until(
        lambda: [held.note for held in orm.User.find(world.hub.db, "ada").api_tokens] == ["Server at /user/ada/"]
    )
    assert world.spawner("ada").ready and world.docker.containers["P-u-ada"].running
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 200, "her server goes on"
    assert (await world.browser().log_in("ada", PASSWORD))[0] == 403
    assert await (await world.log_in("ada", "another")).inside()
    assert await bob.inside()


@pytest.mark.parametrize("change", [{"password": password_hash("another")}, {"login": "ada@example.org"}])
async def test_what_was_proven_while_the_hub_was_down_counts_no_more(world, change):
    world.declare(ada=person("ada"))
    await world.start_hub()
    ada = await world.log_in("ada")
    await world.stop_hub()
    world.declare(ada=person("ada", **change))
    await world.start_hub()
    assert not await ada.inside()
    await world.until(lambda: world.hub.users["ada"].cookie_id.startswith("a1:"))
    new = world.browser()
    assert (await new.log_in(change.get("login", "ada"), "another" if "password" in change else PASSWORD))[0] == 302
    assert await new.inside()


async def test_what_stays_the_same_ends_nothing(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    ada = await world.log_in("ada")
    world.declare(ada=person("ada", groups=["staff"]))
    await world.until(lambda: orm.User.find(world.hub.db, "ada").groups)
    await world.restart_hub()
    assert await ada.inside()


async def test_a_password_that_somebody_chose(world):
    world.declare(ada=person("ada", password=chosen_hash("Größe 12, bitte")), bob=person("bob"))
    await world.start_hub()
    assert await (await world.log_in("ada", "Größe 12, bitte")).inside()
    assert await (await world.log_in("ada", "Gro\u0308ße 12, bitte")).inside(), "typed on another keyboard"
    assert await (await world.log_in("bob")).inside()
    for wrong in ("", PASSWORD, "größe 12, bitte", chosen_hash("Größe 12, bitte")):
        assert (await world.browser().log_in("ada", wrong))[0] == 403


async def test_everybodys_wrong_password_is_hashed_slowly_once_one_person_chose(world, monkeypatch):
    """Otherwise the time would reveal who has chosen a password, and who is listed."""
    hashed = []
    monkeypatch.setattr(passwords, "matches_chosen", lambda password, kept: hashed.append(kept) or False)
    monkeypatch.setattr(keeper, "FRESH", 0.0)
    world.declare(bob=person("bob"))
    await world.start_hub()
    assert (await world.browser().log_in("bob", "wrong"))[0] == 403
    assert hashed == []
    kept = chosen_hash("x")
    world.declare(ada=person("ada", password=kept), bob=person("bob"))
    for name in ("ada", "bob", "nobody"):
        assert (await world.browser().log_in(name, "wrong"))[0] == 403
    assert hashed == [kept, world.people["bob"]["password"], None]


async def test_guesses_at_the_same_time_are_no_way_around_the_wait(world, monkeypatch):
    world.declare(ada=person("ada", password=chosen_hash("correct horse")))
    await world.start_hub()
    tried = []
    monkeypatch.setattr(passwords, "matches_chosen", lambda password, kept: tried.append(password) or False)
    monkeypatch.setattr("declared.login.slowdown.LONGEST", 60.0)
    guessing = [asyncio.create_task(world.browser().log_in("ada", f"guess {n}")) for n in range(40)]
    try:
        # Five are free, a few more get through while the waits are short, twenty wait, the others are turned away at
        # once.
        await world.until(lambda: sum(task.done() and task.result()[0] == 429 for task in guessing) >= 40 - 20 - 10)
        assert len(tried) <= 10
        slowdown = world.hub.authenticator.slowdown
        assert slowdown.delay("ada", "10.0.0.9") > 5
        slowdown.succeeded("other", "10.0.0.9")
        assert slowdown.delay("ada", "10.0.0.9") > 5, "only who was here themselves"
    finally:
        for task in guessing:
            task.cancel()


async def test_who_was_here_before_waits_for_nobodys_failures_elsewhere(world):
    world.declare(ada=person("ada", password=chosen_hash("correct horse")))
    await world.start_hub()
    slowdown = world.hub.authenticator.slowdown
    await world.log_in("ada", "correct horse")
    for _ in range(50):
        slowdown.failed("ada", "10.0.0.7")
    assert slowdown.delay("ada", "127.0.0.1") == 0 < slowdown.delay("ada", "10.0.0.8")
    assert slowdown._counts["source", "127.0.0.1"].failures == 0


async def test_another_name_at_log_in(world):
    world.declare(ada=person("ada", login="lovelace@example.org"), bob=person("bob", login="Å\\d"))
    await world.start_hub()
    browser = world.browser()
    assert (await browser.log_in("Lovelace@Example.org", PASSWORD))[0] == 302
    assert await browser.inside()
    assert (await world.browser().log_in("A\u030a\\D", PASSWORD))[0] == 302
    for wrong in ("ada", "bob", "Lovelace", "å\\d"):
        assert (await world.browser().log_in(wrong, PASSWORD))[0] == 403, wrong
    assert sorted(row.name for row in world.hub.db.query(orm.User)) == ["ada", "bob"]


def test_names_at_a_provider_are_told_apart():
    assert names.login("Ada-L") == "ada-l"
    for other in ("ａda", "𝐚da", "\u0130da", "ſam", "\u212aate", "ﬁn"):
        assert names.login(other) not in ("ada", "ida", "sam", "kate", "fin")
    for name in ("Ada", "ẞ", "İ", "ﬁ", "Å", "K", "北"):
        assert names.login(names.normalise(name)) == names.normalise(name), "a name of ours is its own login"
        assert names.login(names.login(name)) == names.login(name)


@pytest.mark.parametrize("kept", ["scrypt$1$8$5$00$00", "scrypt$", "scrypt$16384$8$5$" + "0" * 32 + "$" + "g" * 64])
def test_a_hash_that_is_none_lets_nobody_in(kept):
    assert not passwords.matches_chosen("", kept) and not passwords.matches("", kept)
