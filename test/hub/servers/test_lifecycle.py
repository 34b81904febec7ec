"""Servers that are always on, and servers that stop when idle."""

from conftest import person
from declared import reconcile
from declared.names import Server
from declared.servers import culler
from jupyterhub import orm
from jupyterhub.utils import utcnow


async def test_always_on_without_anybody_logging_in(world):
    world.declare(ada=person("ada", lifecycle="always-on", groups=["staff"]), bob=person("bob"))
    await world.start_hub()
    await world.until(lambda: "/user/ada" in world.proxy.routes)
    assert world.docker.containers["P-u-ada"].running
    row = orm.User.find(world.hub.db, "ada")
    assert row.cookie_id.startswith("a1:") and [g.name for g in row.groups] == ["staff"]
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 200
    browser = await world.log_in("ada")
    assert await browser.inside()


async def test_always_on_is_adopted_running(world):
    world.declare(ada=person("ada", lifecycle="always-on"))
    world.docker.containers["P-u-ada"].running = True
    await world.start_hub()
    await world.until(lambda: "/user/ada" in world.proxy.routes)
    assert "POST /containers/P-u-ada/stop" not in world.docker.requests


async def test_always_on_stopped_by_somebody_is_started_again(world):
    world.declare(ada=person("ada", lifecycle="always-on"))
    await world.start_hub()
    await world.until(lambda: "/user/ada" in world.proxy.routes)
    await world.api("DELETE", "/users/ada/server")
    await world.until(lambda: world.docker.containers["P-u-ada"].running and "/user/ada" in world.proxy.routes)


async def test_always_on_that_cannot_start_is_not_tried_every_time(world, monkeypatch):
    monkeypatch.setattr(reconcile, "FIRST_PAUSE", 3600.0)
    world.declare(ada=person("ada", lifecycle="always-on"))
    world.docker.containers["P-u-ada"].refusal = "no"
    await world.start_hub()
    await world.until(lambda: "POST /containers/P-u-ada/start" in world.docker.requests)
    await world.hub.reconciler.settled()
    passes = world.docker.requests.count("GET /containers/P-roster/json")
    await world.until(lambda: world.docker.requests.count("GET /containers/P-roster/json") > passes + 5)
    assert world.docker.requests.count("POST /containers/P-u-ada/start") == 1


async def test_idle_servers_are_stopped_and_always_on_ones_spared(world):
    world.declare(ada=person("ada"), zoe=person("zoe", lifecycle="always-on"))
    await world.start_hub(idle={"cullAfter": 1, "maxAge": 0, "lookEvery": 1})
    await world.log_in("ada")
    await world.start_server("ada")
    await world.until(lambda: "/user/zoe" in world.proxy.routes)
    await world.until(lambda: not world.docker.containers["P-u-ada"].running)
    assert world.docker.containers["P-u-zoe"].running
    assert "POST /containers/P-u-zoe/stop" not in world.docker.requests
    # Only the hub's own token may stop everybody's server.
    assert set(world.hub._service_map) == {"admin"}


async def test_whoever_uses_their_server_keeps_it(world):
    world.declare(ada=person("ada"), eve=person("eve"))
    await world.start_hub(idle={"cullAfter": 2, "maxAge": 0, "lookEvery": 1})
    for name in ("eve", "ada"):
        await world.log_in(name)
        await world.start_server(name)

    def only_ada_is_active():
        world.spawner("ada").orm_spawner.last_activity = utcnow(with_tz=False)
        return not world.docker.containers["P-u-eve"].running

    await world.until(only_ada_is_active)
    assert world.docker.containers["P-u-ada"].running


def test_the_culler_knows_whose_server_it_is():
    assert culler._which({"url": "/user/j%C3%BCrgen%20m/"}, "/") == Server("jürgen m")
    assert culler._which({"url": "/lab/user/a@b/"}, "/lab/") == Server("a@b")
    assert culler._which({"url": "/lab/user/a@b/work/"}, "/lab/") == Server("a@b", "work")


async def test_an_admin_finds_who_has_never_logged_in_and_starts_their_server(world):
    world.declare(ada=person("ada"), grace=person("grace", admin=True))
    await world.start_hub()
    await world.until(lambda: orm.User.find(world.hub.db, "ada") is not None)
    status, users = await world.api("GET", "/users")
    assert status == 200 and sorted(user["name"] for user in users) == ["ada", "grace"]
    assert (await world.api("POST", "/users/ada/server"))[0] in (201, 202)
    await world.until(lambda: "/user/ada" in world.proxy.routes)


async def test_limits_of_ones_own_and_the_longest_time(world):
    never = {"cullAfter": 0, "maxAge": 0}
    world.declare(
        ada=person("ada"),
        bob=person("bob", idle=never),
        eve=person("eve", idle={"cullAfter": 1}),
        zoe=person("zoe", lifecycle="always-on", idle={"maxAge": 1}),
    )
    await world.start_hub(idle={"cullAfter": 0, "maxAge": 1, "lookEvery": 1})
    for name in ("ada", "bob", "eve"):
        await world.log_in(name)
        await world.start_server(name)
    await world.until(lambda: "/user/zoe" in world.proxy.routes)
    await world.until(
        lambda: not world.docker.containers["P-u-ada"].running and not world.docker.containers["P-u-eve"].running
    )
    assert world.docker.containers["P-u-bob"].running and world.docker.containers["P-u-zoe"].running
    _, page = await (await world.log_in("ada")).get("/hub/home")
    assert "Your server was stopped because it had run for 1 seconds, the longest time here." in page


def test_times_as_people_say_them():
    assert [culler._words(s) for s in (90, 120, 5400, 7200, 86400, 172800)] == [
        "90 seconds",
        "2 minutes",
        "90 minutes",
        "2 hours",
        "24 hours",
        "2 days",
    ]
