"""The section `hub` of the stack file: services, roles, templates, limits, access to servers, and extra Python."""

import json
import socket

import pytest
from conftest import hub_section, person
from declared import context
from declared import hub_section as declared_section
from declared.app import ADMINS_MAY
from declared.names import Server
from jupyterhub import orm

REPORTS = {
    "name": "reports",
    "url": "",
    "scopes": ["list:users", "read:users:name"],
    "oauthRedirectUri": "",
    "oauthNoConfirm": False,
    "display": True,
}
TOKEN = "f" * 64
TUTORS = {
    "name": "tutors",
    "description": "",
    "scopes": ["list:groups"],
    "users": ["ada"],
    "groups": [],
    "services": [],
}


def settings(**hub):
    return {"hub": hub_section(**hub)}


async def test_a_service_may_what_its_scopes_say(world, monkeypatch):
    monkeypatch.setenv(declared_section.TOKENS_VARIABLE, json.dumps({"reports": TOKEN}))
    world.declare(ada=person("ada"))
    await world.start_hub(**settings(services=[REPORTS]))
    await world.log_in("ada")
    status, people = await world.api("GET", "/users", TOKEN)
    assert status == 200 and [one["name"] for one in people] == ["ada"] and "groups" not in people[0]
    assert (await world.api("POST", "/users/ada/server", TOKEN))[0] in (403, 404)
    await world.restart_hub(**settings(services=[{**REPORTS, "scopes": ["list:groups"]}]))
    assert (await world.api("GET", "/users", TOKEN))[0] == 403, "what was taken away is gone"
    await world.restart_hub()
    assert (await world.api("GET", "/groups", TOKEN))[0] == 403
    assert [row.name for row in world.hub.db.query(orm.Service)] == ["admin"]
    assert orm.Role.find(world.hub.db, "service-reports") is None


async def test_a_services_page_is_routed(world, monkeypatch):
    monkeypatch.setenv(declared_section.TOKENS_VARIABLE, json.dumps({"reports": TOKEN}))
    await world.start_hub(**settings(services=[{**REPORTS, "url": f"http://127.0.0.1:{world._ports['servers']}"}]))
    await world.until(lambda: "/services/reports" in world.proxy.routes)


async def test_roles_are_people_s_groups_and_services_as_they_are_declared(world, monkeypatch):
    monkeypatch.setenv(declared_section.TOKENS_VARIABLE, json.dumps({"reports": TOKEN}))
    world.declare(ada=person("ada"), bob=person("bob", groups=["staff"]), eve=person("eve"))
    await world.start_hub(
        **settings(services=[REPORTS], roles=[{**TUTORS, "groups": ["staff"], "services": ["reports"]}])
    )
    for name in ("ada", "bob", "eve"):
        await world.log_in(name)

    async def may():
        found = {}
        for name in ("ada", "bob", "eve"):
            token = world.hub.users[name].new_api_token(note="mine")
            found[name] = (await world.api("GET", "/groups", token))[0] == 200
        return found

    async def as_declared(expected):
        return await may() == expected

    await world.until(lambda: as_declared({"ada": True, "bob": True, "eve": False}))
    assert (await world.api("GET", "/groups", TOKEN))[0] == 200
    orm.User.find(world.hub.db, "eve").roles.append(orm.Role.find(world.hub.db, "tutors"))
    world.hub.db.commit()
    await world.until(lambda: as_declared({"ada": True, "bob": True, "eve": False}))
    await world.restart_hub(**settings(roles=[{**TUTORS, "users": ["eve"]}]))
    await world.until(lambda: as_declared({"ada": False, "bob": False, "eve": True}))
    world.declare(ada=person("ada"), bob=person("bob"))
    await world.until(lambda: [role.name for role in orm.User.find(world.hub.db, "eve").roles] == ["user"])


async def test_a_team_s_server_is_its_members_and_nobody_logs_in_as_it(world):
    scopes = ["servers!user=team", "access:servers!user=team", "read:users:name!user=team"]
    world.declare(ada=person("ada", groups=["reds"]), bob=person("bob", groups=["blues"]), team=person("team"))
    await world.start_hub(**settings(roles=[{**TUTORS, "users": [], "groups": ["reds"], "scopes": scopes}]))
    ada, bob = await world.log_in("ada"), await world.log_in("bob")
    assert (await bob.get("/hub/spawn/team"))[0] == 404
    assert not world.docker.containers["P-u-team"].running
    assert (await ada.get("/hub/spawn/team"))[0] == 302
    await world.until(lambda: world.spawner("team").ready)
    entrance = "client_id=jupyterhub-user-team&response_type=code&redirect_uri=/user/team/oauth_callback"
    status, page = await ada.get(f"/hub/api/oauth2/authorize?{entrance}")
    assert status == 200 and "Authorize" in page, "it is another's, so she is asked"
    assert (await bob.get(f"/hub/api/oauth2/authorize?{entrance}"))[0] == 403


async def test_limits(world):
    await world.start_hub(**settings(concurrentSpawns=3, activeServers=5))
    assert (context.current().turns.at_once, world.hub.active_server_limit) == (3, 5)
    assert world.hub.concurrent_spawn_limit == 0, "nobody is sent away: more wait"


async def test_pages_of_ones_own(world, monkeypatch):
    templates = {
        "login.html": '{% extends "templates/login.html" %}{% block login_container %}'
        "<p>Welcome to the lab</p>{{ super() }}{% endblock %}",
        "../evil.html": "x",
    }
    monkeypatch.setenv(declared_section.TEMPLATES_VARIABLE, json.dumps(templates))
    monkeypatch.setattr("tempfile.tempdir", str(world.data_dir / "tmp"))
    (world.data_dir / "tmp").mkdir()
    await world.start_hub()
    status, page = await world.browser().get("/hub/login")
    assert status == 200 and "Welcome to the lab" in page and 'name="password"' in page
    assert not (world.data_dir / "tmp" / "evil.html").exists()
    status, page = await world.browser().get("/hub/nothing")
    assert "There is nothing at this address." in page, "ours where there is none of theirs"


async def test_python_of_ones_own_comes_last(world):
    world.declare(ada=person("ada"))
    await world.start_hub(
        **settings(
            concurrentSpawns=3,
            extraConfig="import os\nc.JupyterHub.concurrent_spawn_limit = 7\n"
            "c.JupyterHub.load_roles.append({'name': 'extra', 'scopes': ['list:users']})\n",
        )
    )
    assert world.hub.concurrent_spawn_limit == 7
    assert orm.Role.find(world.hub.db, "extra") is not None


@pytest.mark.parametrize(
    "code,complaint",
    [
        ("x = (\ny = 1", "hub.extraConfig, line 1: '(' was never closed"),
        ("c.JupyterHub\n\nraise ValueError('no')", "hub.extraConfig, line 3: ValueError: no"),
        ("c.a\nnothing()", "hub.extraConfig, line 2: NameError: name 'nothing' is not defined"),
    ],
)
async def test_python_that_is_wrong_is_named_with_its_line(world, code, complaint):
    await world.refuse_hub(complaint, **settings(extraConfig=code))


@pytest.mark.parametrize("access", [False, True])
async def test_admins_enter_servers_only_where_they_may_and_it_is_written_down(world, capfd, access):
    world.declare(root=person("root", admin=True), ada=person("ada"))
    world.log_level = "INFO"
    await world.start_hub(**settings(adminAccess=access))
    await world.log_in("ada")
    await world.start_server("ada")
    root = await world.log_in("root")
    status, _ = await root.get(
        "/hub/api/oauth2/authorize?client_id=jupyterhub-user-ada&response_type=code&redirect_uri=/user/ada/oauth_callback"
    )
    assert (status == 200) == access
    assert (".actions a:not" in (await root.get("/hub/admin"))[1]) == (not access)
    assert set(orm.Role.find(world.hub.db, "admin").scopes) == {*ADMINS_MAY, *(["access:servers"] if access else [])}
    if access:
        client = world.hub.db.query(orm.OAuthClient).filter_by(identifier="jupyterhub-user-ada").one()
        token = world.hub.users["root"].new_api_token(
            oauth_client=client, scopes=["access:servers!server=ada/"], note="a browser's"
        )
        for _ in range(2):
            assert (await world.api("GET", "/user", token))[0] == 200
        assert capfd.readouterr().err.count("root entered the server of ada") == 1
        await world.api("GET", "/user", world.hub.users["ada"].new_api_token(note="mine"))
        assert "ada entered" not in capfd.readouterr().err


async def may_be_in(world, visitor: str, owner: str) -> None:
    client = world.hub.db.query(orm.OAuthClient).filter_by(identifier=f"jupyterhub-user-{owner}").one()
    token = world.hub.users[visitor].new_api_token(
        oauth_client=client, scopes=[f"access:servers!server={owner}/"], note="a browser's"
    )
    assert (await world.api("GET", "/user", token))[0] == 200
    assert context.current().entered.by(visitor) == [Server(owner)]


@pytest.mark.parametrize("how", ["soft", "hard"])
async def test_servers_that_somebody_removed_had_entered(world, how):
    everybody = {"root": person("root", admin=True), "ada": person("ada"), "bob": person("bob")}
    world.declare(**{name: dict(fields) for name, fields in everybody.items()})
    given = {**settings(adminAccess=True), "revoke": how}
    await world.start_hub(**given)
    for name in everybody:
        await world.log_in(name)
    for name in ("ada", "bob"):
        await world.start_server(name)
    await may_be_in(world, "root", "ada")
    await world.restart_hub(**given)
    await world.until(lambda: world.spawner("ada").ready and world.spawner("bob").ready)
    world.declare(ada=dict(everybody["ada"]), bob=dict(everybody["bob"]))
    await world.until(lambda: orm.User.find(world.hub.db, "root").cookie_id.startswith("gone:"))
    await world.until(lambda: world.docker.containers["P-u-ada"].running == (how == "soft"))
    await world.hub.reconciler.settled()
    assert world.docker.containers["P-u-bob"].running, "nobody was in it"
    assert world.docker.containers["P-u-ada"].running == (how == "soft")
    if how == "hard":
        await world.until(lambda: context.current().entered.by("root") == [])


async def test_hard_a_new_password_ends_the_own_server_too(world):
    world.declare(ada=person("ada"))
    await world.start_hub(revoke="hard")
    await world.log_in("ada")
    await world.start_server("ada")
    world.declare(ada=person("ada", login="lovelace"))
    await world.until(lambda: not world.docker.containers["P-u-ada"].running)


async def test_an_entry_by_a_token_of_ones_own_shows_in_where_it_is_asked_from(world, monkeypatch):
    world.declare(root=person("root", admin=True), ada=person("ada"))
    asked = []
    monkeypatch.setattr(
        socket, "gethostbyaddr", lambda address: asked.append(address) or ("P-u-ada.P-people", [], [address])
    )
    await world.start_hub(**settings(adminAccess=True))
    await world.log_in("root")
    await world.log_in("ada")
    await world.api("GET", "/user", world.hub.users["ada"].new_api_token(note="mine"))
    assert asked == [], "who may enter nobody else's is not looked after"
    await world.api("GET", "/user", world.hub.users["root"].new_api_token(note="mine"))
    await world.until(lambda: context.current().entered.by("root") == [Server("ada")])
