"""The clock in a real hub, with both ways of spawning."""

import json
from datetime import UTC, datetime, timedelta

from conftest import person
from declared import gpus
from declared.clock import clock
from jupyterhub.utils import utcnow


def at(moment):
    return moment.strftime("%H:%M")


def now_on(*people, **changed):
    """Began an hour ago, and ends in an hour."""
    now = datetime.now(UTC)
    begin, end = now - timedelta(hours=1), now + timedelta(hours=1)
    return {
        "name": "lecture",
        "people": list(people),
        "dates": [begin.strftime("%Y-%m-%d")],
        "from": at(begin),
        "to": at(end),
        "zone": "UTC",
        "before": 0,
        **changed,
    }


def publish(world, *schedule, **more):
    world.publish(json.dumps({"people": world.people, "schedule": list(schedule), **more}))


def ready(world, *names):
    return lambda: all(f"/user/{name}" in world.proxy.routes and world.spawner(name).ready for name in names)


async def test_servers_are_up_while_it_is_on_and_nobodys_is_started_twice(world):
    world.declare(ada=person("ada"), bob=person("bob"), eve=person("eve"))
    await world.start_hub()
    await world.start_server("eve")
    publish(world, now_on("ada", "bob", "eve", profile="course"))
    await world.until(ready(world, "ada", "bob"))
    await world.hub._clock.settled()
    # What the person would choose on the page before the start.
    assert world.spawner("ada").user_options == {"profile": "course"}
    # Whoever stops theirs is left alone, also by the next hub.
    assert (await world.api("DELETE", "/users/bob/server"))[0] == 204
    await world.restart_hub()
    passes = world.docker.requests.count("GET /containers/P-roster/json")
    await world.until(lambda: world.docker.requests.count("GET /containers/P-roster/json") > passes + 5)
    await world.until(ready(world, "ada", "eve"))
    assert not world.docker.containers["P-u-bob"].running
    starts = [world.docker.requests.count(f"POST /containers/P-u-{name}/start") for name in ("ada", "bob", "eve")]
    assert starts == [1, 1, 1]


async def test_what_the_clock_started_ends_when_nobody_has_worked_for_a_while(world, monkeypatch):
    world.declare(ada=person("ada"), bob=person("bob"))
    await world.start_hub()
    publish(world, now_on("ada", "bob"))
    await world.until(ready(world, "ada", "bob"))
    await world.hub._clock.settled()
    monkeypatch.setattr(clock, "QUIET", 5.0)
    publish(world)
    await world.until(lambda: not world.hub._clock._schedules)
    # It is over: what was started has its end in the record.
    for started in world.hub._clock._record.started.values():
        started.ends = 0.0

    def only_bob_works():
        world.spawner("bob").orm_spawner.last_activity = utcnow(with_tz=False)
        return not world.docker.containers["P-u-ada"].running

    await world.until(only_bob_works)
    assert world.docker.containers["P-u-bob"].running
    await world.until(lambda: not world.docker.containers["P-u-bob"].running)


async def test_a_pool_of_gpus_that_is_too_small_keeps_nobody_without_one(world, monkeypatch):
    monkeypatch.setattr(clock, "AT_ONCE", 1)
    monkeypatch.setattr(gpus, "LOOK_EVERY", 0.05)
    dynamic = world.make_dynamic()
    profiles = [
        {"slug": slug, "displayName": slug, "description": "", "gpus": n} for n, slug in enumerate(["no", "gpu"])
    ]
    offers = {"profiles": profiles, "menus": [{"of": [1], "default": 1}, {"of": [0], "default": 0}]}
    names = ["ada", "bob", "cay", "dan"]
    people = {name: person(name, menu=int(name == "dan")) for name in names}
    world.list_people(**people, ROSTER=offers)
    await world.start_hub(**dynamic)
    world.launcher.pool, world.launcher.needs = 1, {"gpu": 1}
    publish(world, now_on(*names), **offers)
    await world.until(ready(world, "ada", "dan"))
    assert world.launcher.container("bob") is None and world.launcher.container("cay") is None
    await world.api("DELETE", "/users/ada/server")
    await world.until(ready(world, "bob"))


async def test_a_launcher_makes_servers_for_it(world):
    dynamic = world.make_dynamic()
    world.list_people(ada=person("ada"), bob=person("bob"))
    await world.start_hub(**dynamic)
    publish(world, now_on("ada"))
    await world.until(ready(world, "ada"))
    assert world.launcher.container("ada").running and world.launcher.container("bob") is None
