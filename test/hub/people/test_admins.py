"""What admins see and can do, and what the hub undoes; the token of the project's commands."""

import asyncio

import pytest
from conftest import ADMIN_TOKEN, person
from declared import context
from jupyterhub import orm
from jupyterhub.roles import get_default_roles
from jupyterhub.scopes import expand_scopes


def with_all_rights(world):
    """The commands' token with more scopes, as a foreign database could have it. What it does must be undone too."""
    world.hub.db.add(
        role := orm.Role(name="whole", scopes=next(r["scopes"] for r in get_default_roles() if r["name"] == "admin"))
    )
    orm.Service.find(world.hub.db, "admin").roles.append(role)
    world.hub.db.commit()


async def test_what_is_changed_in_the_admin_panel_is_undone(world):
    world.declare(ada=person("ada"), root=person("root", admin=True))
    await world.start_hub()
    await world.log_in("ada")
    await world.log_in("root")
    with_all_rights(world)
    status, _ = await world.api("PATCH", "/users/ada", json={"admin": True})
    assert status == 200
    assert (await world.api("PATCH", "/users/root", json={"admin": False}))[0] == 200

    async def undone():
        people = [(await world.api("GET", f"/users/{name}"))[1] for name in ("ada", "root")]
        return [p["admin"] for p in people] == [False, True] and "admin" not in people[0]["roles"]

    await world.until(undone)
    assert (await world.api("POST", "/groups/evil"))[0] in (400, 403) or not orm.User.find(world.hub.db, "ada").groups


async def test_a_row_renamed_in_the_admin_panel_is_nobody(world):
    """Otherwise one person's session would be another's."""
    world.declare(eve=person("eve"), mary=person("mary"))
    await world.start_hub()
    browser = await world.log_in("eve")
    with_all_rights(world)
    await world.until(lambda: orm.User.find(world.hub.db, "mary") is not None)
    assert (await world.api("PATCH", "/users/eve", json={"name": "mary"}))[0] == 400
    assert (await world.api("PATCH", "/users/eve", json={"name": "ada"}))[0] == 200
    world.declare(eve=person("eve"), mary=person("mary"), ada=person("ada", incarnation="b2"))
    await world.until(lambda: orm.User.find(world.hub.db, "ada").cookie_id.startswith("b2:"))
    assert not await browser.inside()


async def test_unlisted_names_cannot_be_added_in_the_admin_panel(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.until(lambda: orm.User.find(world.hub.db, "ada") is not None)
    assert (await world.api("POST", "/users/mallory"))[0] == 403
    with_all_rights(world)
    status, answer = await world.api("POST", "/users/mallory")
    assert status == 400
    status, answer = await world.api("POST", "/users", json={"usernames": ["mallory"]})
    assert status == 400 and "stack file" in answer["message"]
    assert orm.User.find(world.hub.db, "mallory") is None
    assert (await world.api("POST", "/users/ada"))[0] == 409
    assert await (await world.log_in("ada")).inside()


async def test_an_admin_reads_why_a_server_that_is_kept_out_does_not_start(world):
    world.declare(root=person("root", admin=True), ada=person("ada"), eve=person("eve"))
    await world.start_hub()
    browser = await world.log_in("root")
    world.declare(root=person("root", admin=True), ada=person("ada", blocked=True))
    await world.until(lambda: len(context.current().keeper.roster) == 1)
    for name, said in (("ada", "ada is blocked from this hub."), ("eve", "eve is not on the list of people")):
        status, page = await browser.get(f"/hub/spawn/{name}")
        assert status == 403 and f"<h1>{said}" in page
        assert "restarting" not in page


async def test_admins_do_not_enter_peoples_servers(world):
    world.declare(root=person("root", admin=True), ada=person("ada"))
    await world.start_hub()
    browser = await world.log_in("root")
    await world.log_in("ada")
    await world.start_server("ada")
    status, _ = await browser.get("/hub/user/ada/")
    assert status == 404
    assert (await world.api("POST", "/users/ada/tokens"))[0] in (403, 404)
    for restart in (False, True):
        if restart:
            await world.restart_hub()
        scopes = expand_scopes(orm.Role.find(world.hub.db, "admin").scopes)
        assert not scopes & {
            "access:servers",
            "tokens",
            "shares",
            "proxy",
            "shutdown",
            "admin:services",
            "admin:auth_state",
            "admin:users",
            "users",
            "groups",
        }
        assert "admin:servers" in scopes


@pytest.mark.parametrize("restart", [False, True])
async def test_admins_see_people_and_servers_and_change_nothing_else(world, restart):
    world.declare(root=person("root", admin=True, groups=["staff"]), ada=person("ada"))
    await world.start_hub()
    await world.log_in("root")
    await world.log_in("ada")
    tokens = [world.hub.users["root"].new_api_token(note="mine"), ADMIN_TOKEN]
    if restart:
        await world.restart_hub()
    proxy = (world.hub.proxy.api_url, world.hub.proxy.auth_token)
    for token in tokens:
        for method, path, body in [
            ("PATCH", "/proxy", {"api_url": "http://127.0.0.1:9"}),
            ("PATCH", "/proxy", {"auth_token": "theirs"}),
            ("POST", "/proxy", None),
            ("GET", "/proxy", None),
            ("POST", "/services/evil", {"url": "http://127.0.0.1:9"}),
            ("DELETE", "/services/admin", None),
            ("PATCH", "/users/ada", {"auth_state": {"x": 1}}),
            ("PATCH", "/users/ada", {"admin": True}),
            ("PATCH", "/users/ada", {"name": "eve"}),
            ("DELETE", "/users/ada", None),
            ("POST", "/users", {"usernames": ["mallory"]}),
            ("POST", "/users/ada/tokens", {}),
            ("POST", "/users/ada/activity", {"last_activity": "2030-01-01T00:00:00Z"}),
            ("POST", "/groups/evil", {}),
            ("POST", "/groups/staff/users", {"users": ["ada"]}),
            ("DELETE", "/groups/staff", None),
            ("POST", "/shares/ada/", {"user": "root"}),
            ("POST", "/shutdown", {}),
        ]:
            status, answer = await world.api(method, path, token, json=body)
            # Some handlers answer 404 where a right is missing.
            assert status == 403 or (status == 404 and "/ada" in path), (method, path, status, answer)
        assert (world.hub.proxy.api_url, world.hub.proxy.auth_token) == proxy
        assert [row.name for row in world.hub.db.query(orm.Service)] == ["admin"]
        assert orm.User.find(world.hub.db, "ada").encrypted_auth_state is None

        people = {
            model["name"]: model for model in (await world.api("GET", "/users?include_stopped_servers", token))[1]
        }
        assert people["root"]["admin"] and people["root"]["groups"] == ["staff"]
        assert (
            "auth_state" not in people["ada"]
            and "last_activity" in people["ada"]
            and people["ada"]["servers"] is not None
        )
        assert "auth_state" not in (await world.api("GET", "/users/ada", token))[1]
        assert [group["name"] for group in (await world.api("GET", "/groups", token))[1]] == ["staff"]
        assert (await world.api("GET", "/info", token))[0] == 200
        assert (await world.api("POST", "/users/ada/server", token))[0] in (201, 202)
        await world.until(lambda: world.spawner("ada").ready)
        assert (await world.api("DELETE", "/users/ada/server", token))[0] in (202, 204)
        await world.until(lambda: not world.spawner("ada").active)


async def test_services_that_were_added_by_the_api_are_removed(world, monkeypatch):
    monkeypatch.setattr("declared.servers.routes.AT_LEAST_EVERY", 0.1)
    await world.start_hub()
    added = []  # Noted here, because it may be gone from the hub a moment later.
    add_service = world.hub.service_from_spec

    def noted(spec, **how):
        added.append(add_service(spec, **how).name)
        return world.hub._service_map[added[-1]]

    monkeypatch.setattr(world.hub, "service_from_spec", noted)

    async def add():
        spec = {
            "url": f"http://127.0.0.1:{world._ports['servers']}",
            "api_token": "e" * 40,
            "oauth_no_confirm": True,
            "oauth_redirect_uri": "/x",
        }
        return await world.api("POST", "/services/evil", json=spec)

    def nothing_is_left():
        db = world.hub.db
        return (
            "evil" not in world.hub._service_map
            and orm.Service.find(db, "evil") is None
            and [client.identifier for client in db.query(orm.OAuthClient)] == ["jupyterhub"]
            and orm.APIToken.find(db, "e" * 40) is None
            and not world.hub.tornado_settings["oauth_no_confirm_list"]
        )

    with_all_rights(world)
    world.proxy.routes["/services/evil"] = {
        "target": "http://127.0.0.1:9",
        "data": {"service": "evil"},
        "service": "evil",
        "jupyterhub": True,
    }
    adding = asyncio.create_task(add())
    await world.until(lambda: added == ["evil"])
    await world.until(nothing_is_left)
    await world.until(lambda: "/services/evil" not in world.proxy.routes)
    await adding

    for loop in world.hub._loops:
        loop.cancel()
    assert world.hub.service_from_spec({"name": "evil", "url": "http://127.0.0.1:9"}, from_config=False)
    assert not nothing_is_left()
    world.hub.db.commit()
    await world.restart_hub()
    assert nothing_is_left(), "before there is a look at the roster"


async def test_the_programs_token(world):
    await world.start_hub()
    assert (await world.api("GET", "/users"))[0] == 200
    assert (await world.api("GET", "/users", token="wrong"))[0] == 403


async def test_a_programs_token_that_was_replaced_is_of_no_use(world, monkeypatch):
    await world.start_hub()
    monkeypatch.setattr("conftest.ADMIN_TOKEN", "other-" + "6" * 40)
    await world.stop_hub()
    await world.start_hub()
    assert (await world.api("GET", "/users", token=ADMIN_TOKEN))[0] == 403
    assert (await world.api("GET", "/users", token="other-" + "6" * 40))[0] == 200
