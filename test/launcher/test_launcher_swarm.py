"""Servers that are services of a Swarm, and the guard that the launcher keeps on each node."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fake_engine import INSTANCE, PREFIX
from fake_swarm import NETWORK, NETWORK_ID, SwarmEngine, task
from launcher.servers import services
from launcher_world import World, document, entry, labels, template, use, world  # noqa: F401

ADA = f"{PREFIX}-u-ada"
LOOK = f"/launcher/services/{ADA}"
GUARD = {
    "Labels": {"jupyterhub.instance": INSTANCE},
    "TaskTemplate": {"ContainerSpec": {"Env": ["N=\0network\0", "A=\0nodes\0", "P=\0port\0"]}},
}


def service_template(**more: Any) -> dict[str, Any]:
    spec = {"Image": "lab/server:1", "Hostname": "\0slug\0", "Env": ["JUPYTERHUB_API_TOKEN=\0token\0"]}
    return template(
        create={"Labels": labels(), "TaskTemplate": {"ContainerSpec": spec}, "Mode": {"Replicated": {"Replicas": 1}}},
        volumes=[],
        **more,
    )


def swarm_document(**changed: Any) -> dict[str, Any]:
    home = {"base": "/srv/homes", "parts": ["\0home_slug\0"], "owner": {"uid": 1000, "gid": 100}}
    return document(
        templates=[service_template(), service_template(home=home)],
        menus=[{"default": entry(0)}, {"default": entry(1)}],
        people={"ada": use(0, "i-ada"), "alan": use(1, "i-alan")},
        accounts=None,
        guard=GUARD,
        **changed,
    )


class SwarmWorld(World):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.engine: SwarmEngine = SwarmEngine()
        self.settings = dataclasses.replace(self.settings, network=NETWORK)

    async def guarded(self) -> dict[str, Any]:
        while f"{PREFIX}-guard" not in self.engine.services:
            await asyncio.sleep(0.001)
        return self.engine.services[f"{PREFIX}-guard"].spec


@pytest.fixture
async def swarm(tmp_path: Path) -> AsyncIterator[SwarmWorld]:
    made = SwarmWorld(tmp_path)
    made.engine.roster(swarm_document())
    await made.begin()
    await made.guarded()
    yield made
    await made.end()


async def test_a_start_makes_exactly_what_the_template_says(swarm: SwarmWorld) -> None:
    swarm.engine.bodies.clear()
    assert await swarm.start("ada") == (200, {"container": ADA, "made": True})
    [body] = swarm.engine.bodies
    spec = body["TaskTemplate"]["ContainerSpec"]
    assert (body["Name"], spec["Image"], spec["Hostname"]) == (ADA, "lab/server:1", "ada")
    assert body["Labels"]["jupyterhub.person"] == "ada"
    assert "\0" not in json.dumps(body) and "\\u0000" not in json.dumps(body)
    assert swarm.engine.containers.keys() == {f"{PREFIX}-roster"}
    assert await swarm.start("ada") == (200, {"container": ADA, "made": False})
    assert await swarm.servers() == ["ada"]


async def test_a_home_is_a_folder_of_whom_servers_run_as(swarm: SwarmWorld) -> None:
    assert (await swarm.start("alan"))[0] == 200
    [home] = [one for one in swarm.engine.bodies if one.get("Cmd") == ["homes"]]
    assert home["HostConfig"]["Binds"] == ["/srv/homes:/bases/0"]


async def test_a_look_says_what_docker_would_say_of_a_container_and_the_address(swarm: SwarmWorld) -> None:
    await swarm.start("ada")
    status, found = await swarm.ask("GET", LOOK)
    assert status == 200
    assert found["Name"] == f"/{ADA}" and found["Config"]["Labels"]["jupyterhub.person"] == "ada"
    assert found["Config"]["Env"][0].startswith("JUPYTERHUB_API_TOKEN=")
    assert (found["Address"], found["RestartCount"]) == ("10.130.0.130", 0)
    assert found["State"] == {"Running": True, "ExitCode": 0, "Waiting": ""}
    assert (await swarm.ask("GET", f"{LOOK}/log"))[1] == "\x01\0\0\0\0\0\0\x02hi"


async def test_a_lost_node_is_a_restart_elsewhere(swarm: SwarmWorld) -> None:
    await swarm.start("ada")
    lost = task("running", "10.130.0.130", desired="shutdown")
    swarm.engine.services[ADA].tasks = [lost, task("preparing")]
    found = (await swarm.ask("GET", LOOK))[1]
    assert (found["Address"], found["RestartCount"], found["State"]["Running"]) == (None, 1, True)
    swarm.engine.services[ADA].tasks = [lost, task("running", "10.130.0.131")]
    assert (await swarm.ask("GET", LOOK))[1]["Address"] == "10.130.0.131"


async def test_what_never_ran_is_no_restart_and_no_room_is_said(swarm: SwarmWorld) -> None:
    await swarm.start("ada")
    unguarded = task("failed", desired="shutdown", error="starting container failed: cannot access path /x/ready")
    waits = task("pending", error="no suitable node (insufficient resources on 2 nodes)")
    swarm.engine.services[ADA].tasks = [unguarded, task("rejected", desired="shutdown"), waits]
    found = (await swarm.ask("GET", LOOK))[1]
    assert (found["RestartCount"], found["Address"]) == (0, None)
    assert found["State"]["Waiting"] == "no suitable node (insufficient resources on 2 nodes)"
    ended = task("failed", desired="shutdown", error="task: non-zero exit (1)")
    swarm.engine.services[ADA].tasks = [ended, task("complete", desired="shutdown"), waits]
    assert (await swarm.ask("GET", LOOK))[1]["RestartCount"] == 2


async def test_a_stop_removes_it_and_waits_until_it_has_ended(swarm: SwarmWorld) -> None:
    await swarm.start("ada")
    swarm.engine.ends_at_once = False
    [running] = swarm.engine.services[ADA].tasks
    stopping = asyncio.create_task(swarm.person("ada", "/stop"))
    await asyncio.sleep(0.3)
    assert ADA not in swarm.engine.services and not stopping.done()
    running["Status"]["State"] = "shutdown"
    assert (await stopping)[0] == 204
    assert (await swarm.person("ada", "/stop"))[0] == 404
    assert (await swarm.ask("GET", LOOK)) == (404, {"message": f"no such container: {ADA}"})


async def test_a_stop_does_not_wait_for_what_was_lost_before(swarm: SwarmWorld) -> None:
    await swarm.start("ada")
    swarm.engine.ends_at_once = False
    running = task("running", "10.130.0.131")
    swarm.engine.services[ADA].tasks = [task("running", "10.130.0.130", desired="shutdown"), running]
    stopping = asyncio.create_task(swarm.person("ada", "/stop"))
    await asyncio.sleep(0.3)
    assert not stopping.done()
    running["Status"]["State"] = "complete"
    assert (await stopping)[0] == 204


async def test_a_stop_does_not_wait_for_ever_for_a_lost_node(
    swarm: SwarmWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "ENDING", 0.3)
    await swarm.start("ada")
    swarm.engine.ends_at_once = False
    assert (await swarm.person("ada", "/remove"))[0] == 204


@pytest.mark.parametrize(
    "having",
    [
        {"jupyterhub.instance": "another", "jupyterhub.launched": "true"},
        {"jupyterhub.instance": INSTANCE},
        {},
    ],
)
async def test_nobody_elses_service_is_looked_at_or_stopped(swarm: SwarmWorld, having: dict[str, str]) -> None:
    swarm.engine.serve(ADA, **having)
    assert (await swarm.ask("GET", LOOK))[0] == 404
    assert (await swarm.ask("GET", f"{LOOK}/log"))[0] == 404
    assert (await swarm.person("ada", "/stop"))[0] == 409
    assert (await swarm.start("ada"))[0] == 409
    assert ADA in swarm.engine.services


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", LOOK),
        ("DELETE", LOOK),
        ("POST", f"{LOOK}/log"),
        ("GET", f"{LOOK}/update"),
        ("GET", "/launcher/services"),
        ("GET", "/launcher/services/"),
        ("GET", "/launcher/services/.."),
        ("GET", "/launcher/services/a%2fb"),
        ("GET", f"{LOOK}?filters=x"),
        ("GET", f"/launcher/services/{'a' * 64}"),
    ],
)
async def test_what_is_no_look_is_refused(swarm: SwarmWorld, method: str, path: str) -> None:
    before = len(swarm.engine.requests)
    status, _ = await swarm.ask(method, path)
    assert status in (400, 404)
    assert not [one for one in swarm.engine.requests[before:] if "/services" in one]


async def test_one_machine_knows_no_services(world: World) -> None:
    assert (await world.ask("GET", LOOK)) == (400, {"message": "not a request of the launcher"})
    assert not world.engine.asked("GET /services")


async def test_the_guard_is_made_once_and_changed_when_a_node_joins(swarm: SwarmWorld) -> None:
    spec = await swarm.guarded()
    assert spec["TaskTemplate"]["ContainerSpec"]["Env"] == [f"N={NETWORK_ID}", "A=10.0.0.1,10.0.0.2", "P=4790"]
    keeping = swarm.launcher._keeping
    assert keeping is not None
    await keeping.once()
    assert not swarm.engine.asked("POST /services/dev") and len(swarm.engine.asked("POST /services/create")) == 1
    swarm.engine.addresses.append("10.0.0.3")
    await keeping.once()
    assert (await swarm.guarded())["TaskTemplate"]["ContainerSpec"]["Env"][1] == "A=10.0.0.1,10.0.0.2,10.0.0.3"
    del swarm.engine.services[f"{PREFIX}-guard"]
    await keeping.once()
    assert f"{PREFIX}-guard" in swarm.engine.services


async def test_files_are_brought_to_no_node(tmp_path: Path) -> None:
    made = SwarmWorld(tmp_path)
    file = {"path": "/etc/x", "mode": 0o400, "content": "x"}
    made.engine.roster(
        document(
            templates=[service_template(files=[file])],
            menus=[{"default": entry(0)}],
            people={"ada": use(0)},
            others=None,
            homes=None,
            accounts=None,
            guard=GUARD,
        )
    )
    await made.begin()
    assert (await made.start("ada"))[0] == 502
    assert ADA not in made.engine.services
    await made.end()


async def test_nodes_log_in_at_the_registry_for_servers_and_guard(tmp_path: Path) -> None:
    made = SwarmWorld(tmp_path)
    made.engine.roster(swarm_document(registry={"auth": "Zmlyc3Q=", "fingerprint": "1"}))
    await made.begin()
    try:
        guard = await made.guarded()
        before = guard["Labels"]["jupyterhub.definition"]
        await made.start("ada")
        pairs = list(zip(made.engine.requests, made.engine.logins, strict=True))
        assert [login for asked, login in pairs if "/services/create" in asked] == ["Zmlyc3Q=", "Zmlyc3Q="]
        assert {login for asked, login in pairs if not asked.startswith("POST /services")} == {None}
        assert "Zmlyc3Q" not in json.dumps([one.spec for one in made.engine.services.values()])
        # Nodes that come later pull the guard, which another password makes another for that.
        made.engine.roster(swarm_document(registry={"auth": "c2Vjb25k", "fingerprint": "2"}))
        assert made.launcher._keeping is not None
        await made.launcher._keeping.once()
        assert made.engine.logins[-1] == "c2Vjb25k"
        changed = made.engine.services[f"{PREFIX}-guard"].spec
        assert changed["Labels"]["jupyterhub.definition"] != before
        assert {**changed, "Labels": None} == {**guard, "Labels": None}
    finally:
        await made.end()
