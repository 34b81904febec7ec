"""GPUs of a pool: starts wait for them, first come, first served, and people read for what."""

import asyncio

import pytest
from conftest import person
from declared import context, gpus
from declared.gate import GateAway
from declared.gpus import Gpus, NoneFree, TooFew
from declared.names import Server
from test_launching import DUMMY, launches

ROSTER = {
    "profiles": [
        {"slug": "small", "displayName": "Small", "description": ""},
        {"slug": "gpu", "displayName": "GPU", "description": "", "gpus": 1},
        {"slug": "two", "displayName": "Two", "description": "", "gpus": 2},
    ],
    "menus": [{"of": [0, 1, 2], "default": 0}],
    "namedServers": 2,
}
A, B, C = Server("ada"), Server("ben"), Server("cay", "work")


class Launcher:
    """Only what it says of the pool."""

    def __init__(self, size):
        self.size, self.held, self.asked = size, {}, 0

    async def ask(self):
        self.asked += 1
        held = [{"person": s.person, "server": s.name, "gpus": n} for s, n in self.held.items()]
        return {"pool": self.size, "free": self.size - sum(self.held.values()), "held": held}


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.setattr(gpus, "LOOK_EVERY", 0.01)
    launcher = Launcher(2)
    return launcher, Gpus(launcher.ask)


async def turn():
    for _ in range(10):
        await asyncio.sleep(0.01)


async def test_in_the_order_of_coming_and_the_first_keeps_its_place(pool):
    launcher, queue = pool
    launcher.held = {Server("x"): 1}
    tasks = [asyncio.create_task(queue.take(server, needed)) for server, needed in ((A, 2), (B, 1), (C, 1))]
    await turn()
    assert not any(task.done() for task in tasks), "one is free, but who came first needs two"
    assert queue.words(A) == "1 of 2 GPUs is free. Your server needs 2."
    assert queue.words(C) == "1 of 2 GPUs is free. Your server needs 1; before you wait: ada (2), ben (1)."
    assert queue.words(Server("x")) is None
    tasks[0].cancel()
    await turn()
    assert [task.done() for task in tasks] == [True, True, False] and queue.words(A) is None
    launcher.held[B] = 1
    queue.give_back(B)
    await turn()
    assert queue.words(C) == "All 2 GPUs are taken. Your server needs 1."
    del launcher.held[Server("x")]
    await tasks[2]


async def test_one_gpu_is_not_promised_twice(pool):
    launcher, queue = pool
    await queue.take(A, 1)
    await queue.take(B, 1)
    third = asyncio.create_task(queue.take(C, 1))
    await turn()
    assert not third.done(), "both are promised, although the launcher has not given any yet"
    launcher.held = {A: 1, B: 1}
    await turn()
    assert not third.done(), "and are not counted twice"
    queue.give_back(A)
    queue.give_back(B)
    await turn()
    assert not third.done()
    launcher.held = {A: 1}
    await third


async def test_a_promise_that_was_kept_while_the_launcher_counted(pool):
    launcher, queue = pool
    launcher.size = 1
    await queue.take(A, 1)
    counted = await launcher.ask()
    slow = asyncio.get_running_loop().create_future()
    queue._ask = lambda: slow
    second = asyncio.create_task(queue.take(B, 1))
    await turn()
    launcher.held, queue._ask = {A: 1}, launcher.ask
    queue.give_back(A)
    slow.set_result(counted)
    await turn()
    assert not second.done()
    second.cancel()


async def test_what_one_has_oneself_is_free_for_it(pool):
    launcher, queue = pool
    launcher.held = {A: 1, B: 1}
    await queue.take(A, 1)
    waiting = asyncio.create_task(queue.take(B, 2))
    await turn()
    assert not waiting.done()
    waiting.cancel()


async def test_an_end_to_the_waiting(pool, monkeypatch):
    launcher, queue = pool
    with pytest.raises(TooFew, match="it needs 3 GPUs, and there are 2"):
        await queue.take(A, 3)
    launcher.held = {Server("x"): 2}

    def enough():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await queue.take(A, 1, enough)
    monkeypatch.setattr(gpus, "LONGEST", 0.05)
    with pytest.raises(NoneFree):
        await queue.take(A, 1)
    assert queue.words(A) is None
    for nonsense in ({}, {"pool": 1, "free": 1, "held": [{}]}, {"pool": "x", "free": 1, "held": []}):
        with pytest.raises(GateAway):
            gpus.pool_of(nonsense)


async def test_many_before_one(pool):
    launcher, queue = pool
    launcher.size, launcher.held = 1, {Server("x"): 1}
    tasks = [asyncio.create_task(queue.take(Server(f"p{n}"), 1)) for n in range(9)]
    await turn()
    assert queue.words(Server("p8")) == (
        "The only GPU is taken. Your server needs 1; "
        "before you wait: p0 (1), p1 (1), p2 (1), p3 (1), p4 (1), and 3 more."
    )
    assert launcher.asked < 30, "only the first one asks"
    for task in tasks:
        task.cancel()


@pytest.fixture
async def shared(world, monkeypatch):
    monkeypatch.setattr(gpus, "LOOK_EVERY", 0.05)
    monkeypatch.setattr("declared.servers.spawner.LOOK_EVERY", 0.05)
    people = {name: person(name) for name in ("ada", "ben", "cay")}
    world.list_people(**people, ROSTER=ROSTER)
    await world.start_hub(**DUMMY, **world.make_dynamic())
    world.launcher.pool, world.launcher.needs = 1, {"gpu": 1, "two": 2}
    for name in people:
        await world.log_in(name)
    return world


async def ask(world, name, server="", profile="gpu"):
    which = f"servers/{server}" if server else "server"
    return await world.api("POST", f"/users/{name}/{which}", json={"profile": profile})


async def test_who_waits_reads_for_what_and_starts_when_one_is_free(shared):
    await shared.start_server("ada", json={"profile": "gpu"})
    queue, waiting = context.current().gpus, []
    for server in (B, C):
        waiting.append(asyncio.create_task(ask(shared, server.person, server.name)))
        await shared.until(lambda server=server: queue.words(server))
    said = shared.spawner("cay", "work").progress()
    await shared.until(lambda: queue.words(B) == "The only GPU is taken. Your server needs 1.")
    assert await anext(said) == {
        "progress": 10,
        "message": "The only GPU is taken. Your server needs 1; before you wait: ben (1).",
    }
    await shared.start_server("cay")
    assert shared.launcher.profiles["cay"] == ["small"], "who needs none does not wait"
    await shared.api("DELETE", "/users/ada/server")
    await shared.until(lambda: shared.spawner("ben").ready)
    assert shared.launcher.held == {"ben": 1} and not shared.spawner("cay", "work").ready
    shared.launcher.container("ben").running = False
    await shared.spawner("ben").poll_and_notify()
    await shared.until(lambda: shared.spawner("cay", "work").ready)
    assert shared.launcher.held == {"cay/work": 1}
    await asyncio.gather(*waiting)


async def test_whoever_gives_up_is_in_nobodys_way(shared):
    await shared.start_server("ada", json={"profile": "gpu"})
    for name in ("ben", "cay"):
        asyncio.create_task(ask(shared, name)).add_done_callback(lambda _: None)
        await shared.until(lambda name=name: context.current().gpus.words(Server(name)))
    await shared.api("DELETE", "/users/ben/server")
    await shared.until(lambda: not shared.spawner("ben").active)
    await shared.api("DELETE", "/users/ada/server")
    await shared.until(lambda: shared.spawner("cay").ready)
    assert shared.launcher.held == {"cay": 1}


@pytest.mark.parametrize("how", ["time", "hold", "kick", "removed", "two"])
async def test_a_wait_that_ends_without_a_gpu_says_why(shared, monkeypatch, how):
    await shared.start_server("ada", json={"profile": "gpu"})
    if how == "time":
        monkeypatch.setattr(gpus, "LONGEST", 0.3)
    if how == "two":
        monkeypatch.setattr(shared.launcher, "pool", 1)
    asking = asyncio.create_task(ask(shared, "ben", profile="two" if how == "two" else "gpu"))
    notices = context.current().notices
    if how not in ("time", "two"):
        await shared.until(lambda: context.current().gpus.words(B))
    if how == "hold":
        notices.hold("Maintenance.")
    if how == "kick":
        notices.leave("ben", "Out.")
    if how == "removed":
        shared.list_people(ada=person("ada"), cay=person("cay"), ROSTER=ROSTER, BLOCKED=["ben"])
    said = {
        "time": "No GPU became free within 0 minutes: try again later, or take another profile.",
        "hold": "Servers cannot be started at the moment.",
        "kick": "Your server was stopped while it waited for GPUs.",
        "removed": "ben is blocked from this hub.",
        "two": "Your server cannot be started: it needs 2 GPUs, and there are 1.",
    }[how]
    status, answer = await asking
    assert (status, answer["message"]) == (403 if how == "removed" else 503, said)
    await shared.until(lambda: not shared.spawner("ben").active)
    assert not any("/start/gpu" in request and b"ben".hex() in request for request in launches(shared))


async def test_whoever_is_removed_is_told_also_where_the_server_is_stopped_before_the_wait_looks(shared, monkeypatch):
    await shared.start_server("ada", json={"profile": "gpu"})
    monkeypatch.setattr(gpus, "LOOK_EVERY", 60)
    asking = asyncio.create_task(ask(shared, "ben"))
    await shared.until(lambda: context.current().gpus.words(B))
    shared.list_people(ada=person("ada"), cay=person("cay"), ROSTER=ROSTER, BLOCKED=["ben"])
    status, answer = await asking
    assert (status, answer["message"]) == (403, "ben is blocked from this hub.")


async def test_a_refused_start_gives_its_place_back(shared):
    shared.launcher.trouble = (409, "json")
    shared.launcher.after_start = None
    queue = context.current().gpus
    queue._ask = Launcher(1).ask
    for _ in range(2):
        status, _ = await ask(shared, "ben")
        assert status == 503
        await shared.until(lambda: not shared.spawner("ben").active)
    assert queue._passed == {}


async def test_all_taken_after_all_is_said(shared):
    """Somebody had it between the question and the start, so the launcher refuses."""
    await shared.start_server("ada", json={"profile": "gpu"})
    context.current().gpus._ask = Launcher(1).ask
    status, answer = await ask(shared, "ben")
    assert status == 503 and "all GPUs are taken: 0 of 1 is free" in answer["message"]


async def test_a_hub_that_starts_again_takes_a_server_with_its_gpu_at_once(shared):
    await shared.start_server("ada", "work", json={"profile": "gpu"})
    await shared.stop_hub()
    (shared.data_dir / "jupyterhub.sqlite").unlink()
    await shared.start_hub(**DUMMY, dynamic={"allow": "all", "ids": None, "groups": False})
    # The launcher's list of GPUs is the only place that tells of a named server.
    await shared.until(lambda: "ada" in shared.hub.users and "work" in shared.hub.users["ada"].spawners)
    await shared.until(lambda: shared.spawner("ada", "work").ready)
    assert shared.launcher.held == {"ada/work": 1} and len(shared.launcher.tokens["ada/work"]) == 1
    assert shared.spawner("ada", "work").user_options == {"profile": "gpu"}


async def test_without_profiles_the_roster_says_who_needs_how_many(world):
    world.list_people(ada=person("ada", gpus=1), ROSTER={"othersGpus": 2})
    await world.start_hub(**DUMMY, **world.make_dynamic())
    world.launcher.pool = 1
    for name in ("ada", "mallory"):
        await world.log_in(name)
    assert world.spawner("ada")._gpus() == 1 and world.spawner("mallory")._gpus() == 2
    world.list_people(ada=person("ada", gpus=1), ROSTER={**ROSTER, "othersGpus": 2})
    await world.until(lambda: context.current().keeper.roster.menu("ada") is not None)
    ada = world.spawner("ada")
    for profile, needed in (("small", 1), ("gpu", 1), ("two", 2)):
        ada.user_options = {"profile": profile}
        assert ada._gpus() == needed, "a profile that says nothing of GPUs takes none away"
    world.list_people(ada=person("ada", gpus=1), ROSTER={"othersGpus": 2})
    await world.until(lambda: context.current().keeper.roster.menu("ada") is None)
    ada.user_options = {}
    status, answer = await world.api("POST", "/users/mallory/server")
    assert status == 503 and "it needs 2 GPUs, and there are 1" in answer["message"]
    await world.start_server("ada")


async def test_a_launcher_that_is_away_is_said_to_be(shared, monkeypatch):
    monkeypatch.setattr("declared.servers.launching.REMOVAL_PATIENCE", 0.1)
    shared.launcher.trouble = (503, "html")
    status, answer = await ask(shared, "ben")
    assert status == 503 and "Docker does not answer" in answer["message"]
