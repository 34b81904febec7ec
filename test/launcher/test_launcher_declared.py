"""Servers that the Pulumi program declares on a Swarm: the launcher starts and stops them by name, and nothing else."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fake_engine import INSTANCE, PREFIX
from fake_swarm import NETWORK, Service, task
from launcher.refusal import Refusal
from launcher.servers import started
from launcher.servers.patching import patched, undoing
from launcher_world import document
from test_launcher_swarm import GUARD, SwarmWorld

ADA = f"{PREFIX}-u-ada"
PATH = f"/launcher/services/{ADA}"
HOME = {"base": "/srv/homes", "parts": ["ada"], "owner": {"uid": 1000, "gid": 100}}
PATCH = {
    "Mode": {"Replicated": {"Replicas": 1}},
    "TaskTemplate": {
        "ContainerSpec": {"Mounts": [{"Type": "bind"}], "Privileges": {"NoNewPrivileges": True}},
        "Resources": {"Limits": {"Pids": 200}},
        "Networks": [{"Target": NETWORK}],
        "Placement": {"Constraints": ["node.labels.kind==big"]},
    },
}
TEMPLATE = {
    "ContainerSpec": {"Image": "lab/server:1", "Env": ["JUPYTERHUB_API_TOKEN=t0"]},
    "Resources": {"Limits": {"MemoryBytes": 1}},
    "Placement": {"Constraints": ["node.id==none"], "Platforms": [{"OS": "linux"}]},
    "ForceUpdate": 0,
}


def adds(home: Any = None, patch: Any = PATCH) -> str:
    return json.dumps({"home": home, "patch": patch})


class DeclaredWorld(SwarmWorld):
    def declare(self, **labels: str) -> Service:
        """As the program does it."""
        own = {"jupyterhub.instance": INSTANCE, "jupyterhub.person": "ada", "jupyterhub.adds": adds()}
        service = self.engine.serve(ADA, **{**own, **labels})
        service.spec |= {"TaskTemplate": copy.deepcopy(TEMPLATE), "Mode": {"Replicated": {"Replicas": 0}}}
        return service

    async def look(self) -> dict[str, Any]:
        status, found = await self.ask("GET", PATH)
        assert status == 200
        return dict(found)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DeclaredWorld]:
    made = DeclaredWorld(tmp_path)
    made.engine.roster(document(templates=[], menus=[], people={}, others=None, accounts=None, guard=GUARD))
    await made.begin()
    await made.guarded()
    yield made
    await made.end()


async def test_a_start_adds_what_the_label_says_and_a_stop_takes_it_back(world: DeclaredWorld) -> None:
    service = world.declare()
    before = copy.deepcopy(service.spec)
    assert (await world.look())["State"] == {"Running": False, "ExitCode": 0, "Waiting": ""}
    assert await world.ask("POST", f"{PATH}/start") == (200, {"container": ADA, "made": True})
    template = service.spec["TaskTemplate"]
    assert template["ContainerSpec"] == {**TEMPLATE["ContainerSpec"], **PATCH["TaskTemplate"]["ContainerSpec"]}
    assert template["Resources"] == {"Limits": {"MemoryBytes": 1, "Pids": 200}}
    assert template["Networks"] == [{"Target": NETWORK}]
    assert template["Placement"] == {"Constraints": ["node.labels.kind==big"], "Platforms": [{"OS": "linux"}]}
    assert service.spec["Mode"] == {"Replicated": {"Replicas": 1}}
    look = await world.look()
    assert (look["State"]["Running"], look["Address"], look["RestartCount"]) == (True, "10.130.0.130", 0)
    assert look["Config"]["Env"] == ["JUPYTERHUB_API_TOKEN=t0"]
    version = service.version
    assert await world.ask("POST", f"{PATH}/start") == (200, {"container": ADA, "made": False})
    assert service.version == version
    assert (await world.ask("POST", f"{PATH}/stop"))[0] == 204
    assert service.spec == before
    assert (await world.ask("POST", f"{PATH}/stop"))[0] == 204
    assert service.spec == before


async def test_what_is_reserved_is_reserved_while_it_runs(world: DeclaredWorld) -> None:
    reserved = {"Reservations": {"MemoryBytes": 2**29}, "Limits": {"Pids": 200}}
    patch = {**PATCH, "TaskTemplate": {**PATCH["TaskTemplate"], "Resources": reserved}}
    service = world.declare(**{"jupyterhub.adds": adds(patch=patch)})
    before = copy.deepcopy(service.spec)
    await world.ask("POST", f"{PATH}/start")
    assert service.spec["TaskTemplate"]["Resources"] == {**reserved, "Limits": {"MemoryBytes": 1, "Pids": 200}}
    await world.ask("POST", f"{PATH}/stop")
    assert service.spec == before


async def test_a_start_has_todays_login_at_the_registry(world: DeclaredWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    service = world.declare()
    before = copy.deepcopy(service.spec)

    def sent() -> list[str | None]:
        pairs = zip(world.engine.requests, world.engine.logins, strict=True)
        return [login for asked, login in pairs if asked.startswith(f"POST /services/{service.id}/update")]

    await world.ask("POST", f"{PATH}/start")
    await world.ask("POST", f"{PATH}/stop")
    assert sent() == [None, None]
    for auth in ("Zmlyc3Q=", "c2Vjb25k"):
        registry = {"auth": auth, "fingerprint": f"of-{auth}"}
        world.engine.roster(
            document(templates=[], menus=[], people={}, others=None, accounts=None, guard=GUARD, registry=registry)
        )
        world.engine.requests.clear()
        world.engine.logins.clear()
        await world.ask("POST", f"{PATH}/start")
        assert auth not in json.dumps(service.spec)
        await world.ask("POST", f"{PATH}/stop")
        assert sent() == [auth, auth]
    assert service.spec == before
    assert "Zmlyc3Q" not in caplog.text and "c2Vjb25k" not in caplog.text


async def test_tasks_of_earlier_starts_are_not_counted(world: DeclaredWorld) -> None:
    service = world.declare()
    service.tasks = [{**task("shutdown", desired="shutdown"), "Spec": {"ForceUpdate": 5}}]
    await world.ask("POST", f"{PATH}/start")
    number = service.spec["TaskTemplate"]["ForceUpdate"]
    assert number > 1_000_000_000
    service.tasks.append({**task("running", "10.130.0.131"), "Spec": {"ForceUpdate": number}})
    assert (await world.look())["RestartCount"] == 0
    service.tasks.append({**task("complete", desired="shutdown"), "Spec": {"ForceUpdate": number}})
    assert (await world.look())["RestartCount"] == 1


async def test_what_was_scaled_to_none_by_hand_starts_as_it_was_made(world: DeclaredWorld) -> None:
    service = world.declare()
    before = copy.deepcopy(service.spec)
    await world.ask("POST", f"{PATH}/start")
    service.spec["Mode"]["Replicated"]["Replicas"] = 0
    assert (await world.look())["State"]["Running"] is False
    await world.ask("POST", f"{PATH}/start")
    await world.ask("POST", f"{PATH}/stop")
    assert service.spec == before


async def test_a_stop_ends_what_was_scaled_by_hand(world: DeclaredWorld) -> None:
    service = world.declare()
    before = copy.deepcopy(service.spec)
    service.spec["Mode"]["Replicated"]["Replicas"] = 3
    assert (await world.ask("POST", f"{PATH}/stop"))[0] == 204
    assert service.spec == before


async def test_a_stop_waits_for_the_end(world: DeclaredWorld) -> None:
    service = world.declare()
    await world.ask("POST", f"{PATH}/start")
    [running] = service.tasks
    world.engine.ends_at_once = False
    stopping = asyncio.create_task(world.ask("POST", f"{PATH}/stop"))
    await asyncio.sleep(0.3)
    assert not stopping.done()
    running["Status"]["State"] = "complete"
    assert (await stopping)[0] == 204


async def test_who_is_faster_is_waited_for(world: DeclaredWorld) -> None:
    world.declare()
    world.engine.out_of_sequence = 2
    assert (await world.ask("POST", f"{PATH}/start"))[0] == 200
    world.engine.out_of_sequence = 100
    assert (await world.ask("POST", f"{PATH}/stop"))[0] == 502


async def test_a_home_is_made_before(world: DeclaredWorld) -> None:
    world.declare(**{"jupyterhub.adds": adds(HOME)})
    hold = world.engine.held["DELETE"] = asyncio.Event()
    starting = asyncio.create_task(world.ask("POST", f"{PATH}/start"))
    while not world.engine.asked("DELETE"):
        await asyncio.sleep(0.001)
    [homes] = (one for name, one in world.engine.containers.items() if "-homes-" in name)
    asked = json.loads(homes.stdin)
    assert asked["homes"] == [{"person": "ada", "base": 0, "parts": ["ada"], "uid": 1000, "gid": 100}]
    assert asked["bases"] == ["/srv/homes"]
    assert world.engine.services[ADA].version == 1
    hold.set()
    assert (await starting)[0] == 200


@pytest.mark.parametrize(
    "having",
    [
        {"jupyterhub.instance": "another", "jupyterhub.adds": adds()},
        {"jupyterhub.instance": INSTANCE, "jupyterhub.launched": "true"},
        {"jupyterhub.instance": INSTANCE},
        {},
    ],
)
@pytest.mark.parametrize("end", ["start", "stop"])
async def test_nothing_but_declared_servers_is_started_or_stopped(
    world: DeclaredWorld, having: dict[str, str], end: str
) -> None:
    service = world.engine.serve(ADA, **having)
    before = copy.deepcopy(service.spec)
    assert (await world.ask("POST", f"{PATH}/{end}"))[0] == 404
    assert (await world.ask("POST", f"/launcher/services/{PREFIX}-guard/{end}"))[0] == 404
    assert (await world.ask("POST", f"/launcher/services/{PREFIX}-u-eve/{end}"))[0] == 404
    assert (service.spec, service.version) == (before, 1)


@pytest.mark.parametrize(
    "label",
    ["", "[]", "{}", '{"patch": []}', adds({"base": "/srv"}), adds({**HOME, "owner": {"uid": 0, "gid": 100}})],
)
async def test_a_label_that_somebody_has_changed_starts_nothing(world: DeclaredWorld, label: str) -> None:
    service = world.declare(**{"jupyterhub.adds": label})
    status, answer = await world.ask("POST", f"{PATH}/start")
    assert (status, "administrator" in answer["message"]) == (502, True)
    assert service.version == 1


async def test_servers_of_others_are_not_made_here(world: DeclaredWorld) -> None:
    world.declare()
    assert (await world.start("ada"))[0] == 403
    assert await world.servers() == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_start_is_a_post(world: DeclaredWorld, method: str) -> None:
    world.declare()
    assert (await world.ask(method, f"{PATH}/start"))[0] == 400


def test_a_patch_and_what_undoes_it() -> None:
    value = {"a": {"b": 1, "c": [1]}, "d": "e"}
    patch = {"a": {"b": {"x": 1}, "c": [2], "n": {"m": 1}}, "d": None, "f": {}}
    made = patched(value, patch)
    assert made == {"a": {"b": {"x": 1}, "c": [2], "n": {"m": 1}}, "f": {}}
    assert patched(made, undoing(value, patch)) == value
    with pytest.raises(Refusal):
        started.added({})
