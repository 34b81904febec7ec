"""Who is let in besides the list, and who is not."""

import json

import pytest
from conftest import PASSWORD, hub_section, person
from declared import context, names
from declared.names import Server
from declared.people import keeper
from jupyterhub import orm
from test_launching import launches

DUMMY = {"authentication": {"type": "dummy"}}
NOT_LISTED = "is not on the list of people who may use this hub"


def everybody(**changed):
    return {"dynamic": {"allow": "all", "ids": None, "groups": False, **changed}}


def admitted(world):
    file = world.data_dir / "admitted.json"
    return json.loads(file.read_text())["people"] if file.exists() else {}


async def enter(world, name):
    """@returns whether somebody whom the log-in knows by this name gets in, and what the page says"""
    browser = world.browser()
    status, page = await browser.log_in(name, PASSWORD)
    return status == 302 and await browser.inside(), page


@pytest.fixture
async def dummy(world, monkeypatch):
    monkeypatch.setattr(keeper, "FRESH", 0.0)
    world.make_dynamic()
    world.list_people(ada=person("ada", login="lovelace"), bob=person("bob"), zoe=person("zoe", blocked=True))
    await world.start_hub(**DUMMY, **everybody())


async def test_a_login_that_becomes_somebodys_name_on_the_list_is_nobody(world, dummy):
    """Each of these would lead to the server and home of somebody else."""
    for login in ("ada", "Ada", "ａda", "𝐀da", "ｂob", "𝐛ob", "bⓞb", "zoe", "ｚoe", "ｌovelace/", "ADA"):
        inside, page = await enter(world, login)
        assert not inside and (NOT_LISTED in page or "is blocked" in page or "cannot" in page or "can have" in page), (
            login
        )
    assert {row.name for row in world.hub.db.query(orm.User)} <= {"ada", "bob"}
    assert all(fields["by"] == "" for fields in admitted(world).values())
    assert not launches(world)
    inside, _ = await enter(world, "lovelace")
    assert inside and admitted(world)["ada"]["login"] == "lovelace"


async def test_two_accounts_with_one_name(world, dummy):
    assert (await enter(world, "ｍia"))[0] and admitted(world)["mia"]["login"] == "ｍia"
    inside, page = await enter(world, "mia")
    assert not inside and "The name mia is somebody else&#39;s here already" in page
    await world.restart_hub(**DUMMY, **everybody())
    assert not (await enter(world, "mia"))[0] and (await enter(world, "ｍia"))[0]


@pytest.mark.parametrize(
    "login", ["a/b", "..", "%2e%2e", "x" * 256, "a\\b", "", "😀", ".x", "mi\u200ba", "mia\ufe0f", "-x", "a:b"]
)
async def test_what_cannot_be_a_name(world, dummy, login):
    inside, _ = await enter(world, login)
    assert not inside
    assert set(admitted(world)) <= {"ada", "bob", "zoe"}


async def test_blocked_by_name_and_by_login(world, dummy):
    assert (await enter(world, "mia"))[0]
    browser = await world.log_in("mia")
    await world.start_server("mia")
    token = world.hub.users["mia"].new_api_token(note="mine")
    world.list_people(bob=person("bob"), BLOCKED=["Mia", "Eve"])

    async def out():
        gone = world.launcher.container("mia") is None
        return gone and not await browser.inside() and (await world.api("GET", "/user", token=token))[0] == 403

    await world.until(out)
    for login in ("mia", "ｍia", "eve", "EVE", "ｅve"):
        inside, page = await enter(world, login)
        assert not inside and f"{names.login(login)} is blocked from this hub." in page
    world.list_people(bob=person("bob"))
    assert (await enter(world, "mia"))[0] and not await browser.inside()
    assert (await world.api("GET", "/user", token=token))[0] == 403


@pytest.mark.parametrize("revoke", ["soft", "hard"])
async def test_whoever_is_listed_later_and_taken_off_again(world, dummy, revoke):
    await world.restart_hub(**DUMMY, **everybody(), revoke=revoke)
    browser = await world.log_in("mia")
    await world.start_server("mia")
    # Now the name is of somebody with another account.
    world.list_people(bob=person("bob"), mia=person("mia", login="mia-at-work"))

    async def out():
        return world.launcher.container("mia") is None and not await browser.inside()

    await world.until(out)
    assert not (await enter(world, "mia"))[0] and (await enter(world, "mia-at-work"))[0]
    world.list_people(bob=person("bob"))
    await world.until(lambda: world.hub.users["mia"].spawner.person is None)
    inside, page = await enter(world, "mia")
    assert not inside and "somebody else" in page, "what the listed mia left is not for the other"
    assert (await enter(world, "bob"))[0]


async def test_with_another_allow_everybody_has_to_show_again_that_they_may(world, dummy):
    browser = await world.log_in("mia")
    await world.start_server("mia")
    token = world.hub.users["mia"].new_api_token(note="mine")
    await world.restart_hub(**DUMMY, **everybody(allow="listed"))
    await world.until(lambda: world.launcher.container("mia") is None)
    assert not await browser.inside() and (await world.api("GET", "/user", token=token))[0] == 403
    assert NOT_LISTED in (await enter(world, "mia"))[1]
    await world.restart_hub(**DUMMY, **everybody())
    assert (await enter(world, "mia"))[0] and (await world.api("GET", "/user", token=token))[0] == 403
    await world.stop_hub()
    world.docker.launcher = None
    await world.start_hub(**DUMMY)
    assert NOT_LISTED in (await enter(world, "mia"))[1], "every server is declared"
    world.docker.launcher = world.launcher


async def test_without_a_roster_nobody_is_let_in(world):
    world.make_dynamic()
    await world.start_hub(**DUMMY, **everybody())
    inside, page = await enter(world, "mia")
    assert not inside and "could not be read yet" in page


async def test_an_empty_list_keeps_nobody_out(world):
    world.make_dynamic()
    world.list_people()
    await world.start_hub(**DUMMY, **everybody())
    browser = await world.log_in("mia")
    assert await browser.inside()
    assert orm.User.find(world.hub.db, "mia").admin is False


async def test_a_damaged_record_lets_in_the_list_alone(world, capfd):
    world.make_dynamic()
    world.list_people(bob=person("bob"))
    (world.data_dir / "admitted.json").write_text("{")
    await world.start_hub(**DUMMY, **everybody())
    inside, page = await enter(world, "mia")
    assert not inside and "record of who has which name is damaged" in page
    assert (await enter(world, "bob"))[0]
    assert "cannot be used" in capfd.readouterr().err


@pytest.mark.parametrize("kind", ["password", "native"])
async def test_types_that_know_the_list_alone(world, kind):
    world.make_dynamic()
    world.list_people(bob=person("bob"))
    await world.start_hub(authentication={"type": kind}, **everybody())
    assert not (await enter(world, "mia"))[0] and not admitted(world).get("mia")


@pytest.mark.parametrize("how", ["soft", "hard"])
async def test_servers_of_unlisted_people_that_somebody_removed_had_entered(world, how):
    world.make_dynamic()
    world.list_people(root=person("root", admin=True))
    given = {**DUMMY, **everybody(), "hub": hub_section(adminAccess=True), "revoke": how}
    await world.start_hub(**given)
    for name in ("root", "mia", "ben"):
        await world.log_in(name)
    for name in ("mia", "ben"):
        await world.start_server(name)
    client = world.hub.db.query(orm.OAuthClient).filter_by(identifier="jupyterhub-user-mia").one()
    token = world.hub.users["root"].new_api_token(oauth_client=client, scopes=["access:servers!server=mia/"], note="x")
    assert (await world.api("GET", "/user", token))[0] == 200
    assert context.current().entered.by("root") == [Server("mia")]
    world.list_people()
    await world.until(lambda: orm.User.find(world.hub.db, "root").cookie_id.startswith("gone:"))
    await world.hub.reconciler.settled()
    await world.until(lambda: (world.launcher.container("mia") is None) == (how == "hard"))
    assert world.launcher.container("ben").running, "nobody was in it"
