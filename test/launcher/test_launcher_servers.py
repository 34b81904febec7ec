"""Servers are made of templates alone, taken as they are where they run, and removed when they stop."""

from __future__ import annotations

import asyncio
import re

import pytest
from fake_engine import INSTANCE, PREFIX, Said
from launcher_world import World, document, labels, only, template, use, world  # noqa: F401

ADA = f"{PREFIX}-u-ada"


async def test_a_start_makes_exactly_what_the_template_says(world: World) -> None:
    assert await world.start("ada") == (200, {"container": ADA, "made": True})
    (body,) = world.engine.bodies
    token = re.fullmatch("JUPYTERHUB_API_TOKEN=([0-9a-f]{48})", body["Env"][0])
    assert token is not None
    assert body == {
        "Image": "server:1",
        "Hostname": "ada",
        "Env": [f"JUPYTERHUB_API_TOKEN={token[1]}", "JUPYTERHUB_USER=ada"],
        "Labels": labels("ada", **{"jupyterhub.incarnation": "i-ada"}),
        "HostConfig": {"Binds": [f"{PREFIX}-home-ada-2:/home/jovyan"], "Memory": 1 << 30},
    }
    assert world.engine.volumes == {
        f"{PREFIX}-home-ada-2": {"jupyterhub.instance": INSTANCE, "jupyterhub.person": "ada"}
    }
    assert world.engine.containers[ADA].state == "running"


async def test_each_container_has_a_token_of_its_own(world: World) -> None:
    await world.start("ada")
    await world.person("ada", "/stop")
    await world.start("ada")
    assert len({body["Env"][0] for body in world.engine.bodies}) == 2


async def test_somebody_not_listed_gets_the_other_template(world: World) -> None:
    assert (await world.start("李雷"))[0] == 200
    (body,) = world.engine.bodies
    assert body["Env"][1] == "JUPYTERHUB_USER=李雷"
    assert body["Labels"]["jupyterhub.person"] == "李雷"
    assert body["Hostname"].startswith("x--") and list(world.engine.volumes) == [f"{PREFIX}-home-{body['Hostname']}"]


async def test_one_that_runs_is_taken_as_it_is(world: World) -> None:
    await world.start("ada")
    assert await world.start("ada") == (200, {"container": ADA, "made": False})
    assert len(world.engine.bodies) == 1


@pytest.mark.parametrize("state", ["created", "exited", "dead"])
async def test_one_that_does_not_run_is_made_again(world: World, state: str) -> None:
    old = world.engine.add(ADA, state, Labels=labels("ada", **{"jupyterhub.incarnation": "i-ada"}))
    assert await world.start("ada") == (200, {"container": ADA, "made": True})
    assert world.engine.containers[ADA].id != old.id


async def test_a_server_of_an_earlier_person_of_the_name_is_nobodys_again(world: World) -> None:
    old = world.engine.add(ADA, Labels=labels("ada", **{"jupyterhub.incarnation": "i-before"}))
    assert await world.start("ada") == (200, {"container": ADA, "made": True})
    assert world.engine.containers[ADA].id != old.id


async def test_those_that_run_are_listed(world: World) -> None:
    assert await world.servers() == []
    for name in ("ada", "ada/work", "李雷", "grace"):
        world.engine.add(f"x-{name}", Labels=labels(*name.split("/")))
    for state in ("created", "exited", "dead"):
        world.engine.add(f"x-{state}", state, Labels=labels(state))
    for state in ("restarting", "paused"):
        world.engine.add(f"x-{state}", state, Labels=labels(state))
    for number, foreign in enumerate(FOREIGN[:1] + FOREIGN[2:3] + FOREIGN[4:]):
        world.engine.add(f"x-{number}", Labels=foreign)
    assert await world.servers() == ["ada", "ada/work", "grace", "paused", "restarting", "李雷"]
    # Also while it cannot be read who may have one.
    world.engine.roster({"version": 0})
    assert len(await world.servers()) == 6


FOREIGN = [
    {},
    {"jupyterhub.instance": INSTANCE, "jupyterhub.person": "ada"},
    labels("ada", **{"jupyterhub.instance": "other"}),
    labels("grace"),
    labels("ada", **{"jupyterhub.launched": "false"}),
]


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("state", ["running", "exited"])
async def test_what_the_launcher_did_not_make_is_left_alone(world: World, foreign: dict[str, str], state: str) -> None:
    world.engine.add(ADA, state, Labels=foreign)
    for answer in (
        await world.start("ada"),
        await world.state("ada"),
        await world.person("ada", "/stop"),
        await world.person("ada", "/remove"),
    ):
        assert answer == (
            409,
            {"message": f"another container has the name {ADA}: the administrator must remove it"},
        )
    assert world.engine.containers[ADA].state == state
    assert world.engine.asked("POST") == [] and world.engine.asked("DELETE") == []


async def test_state(world: World) -> None:
    assert await world.state("ada") == (404, {"message": f"no such container: {ADA}"})
    await world.start("ada")
    assert await world.state("ada") == (200, {"container": ADA, "running": True, "exitCode": 0})
    world.engine.containers[ADA].state = "exited"
    world.engine.containers[ADA].exit_code = 137
    assert await world.state("ada") == (200, {"container": ADA, "running": False, "exitCode": 137})


@pytest.mark.parametrize(("action", "asked"), [("/stop", ["POST", "DELETE"]), ("/remove", ["DELETE"])])
async def test_what_ends_is_gone_and_its_home_is_not(world: World, action: str, asked: list[str]) -> None:
    await world.start("ada")
    id = world.engine.containers[ADA].id
    world.engine.requests.clear()
    assert (await world.person("ada", action))[0] == 204
    assert ADA not in world.engine.containers and list(world.engine.volumes) == [f"{PREFIX}-home-ada-2"]
    ended = [request for request in world.engine.requests if not request.startswith("GET")]
    # By its id: one that takes the name meanwhile is another. Stopped with its own time-out, so without one here.
    assert ended == [f"POST /containers/{id}/stop", f"DELETE /containers/{id}?force=1&v=1"][-len(asked) :]
    assert await world.person("ada", action) == (404, {"message": f"no such container: {ADA}"})


async def test_somebody_removed_from_the_list_can_be_stopped(world: World) -> None:
    await world.start("ada")
    world.engine.roster(document(people={}, others=None, blocked=["ada"]))
    assert (await world.start("ada"))[0] == 403
    assert (await world.person("ada", "/stop"))[0] == 204


REFUSED = [
    ("eve", "", {}, "eve is blocked: ask the administrator"),
    ("mallory", "", {"others": None}, "mallory is not on the list: ask the administrator"),
    ("ada", "/2001/2001", {}, "the ids of ada do not come from the log-in"),
    ("alan", "/2001/2001", {}, "the ids of alan do not come from the log-in"),
    ("grace", "/2001/2001", {}, "the ids of grace do not come from the log-in"),
    ("joan", "", {}, "joan has no uid and gid from the log-in: ask the administrator"),
]


@pytest.mark.parametrize(("name", "ids", "changed", "message"), REFUSED)
async def test_who_gets_no_server(world: World, name: str, ids: str, changed: dict[str, object], message: str) -> None:
    world.engine.roster(document(**changed))
    assert await world.start(name, ids) == (403, {"message": message})
    assert world.engine.asked("POST") == []


async def test_a_blocked_person_of_the_list_is_blocked(world: World) -> None:
    world.engine.roster(document(blocked=["ada"]))
    assert (await world.start("ada"))[0] == 403 and world.engine.bodies == []


async def test_a_volume_of_somebody_else_is_not_mounted(world: World) -> None:
    for foreign in ({"jupyterhub.person": "grace"}, {"jupyterhub.instance": "other"}):
        world.engine.volumes[f"{PREFIX}-home-ada-2"] = foreign
        assert await world.start("ada") == (
            409,
            {"message": f"the volume {PREFIX}-home-ada-2 is the home of somebody else: ask the administrator"},
        )
    assert world.engine.bodies == []


async def test_a_volume_without_labels_is_the_home_that_pulumi_made(world: World) -> None:
    world.engine.volumes[f"{PREFIX}-home-ada-2"] = {}
    assert (await world.start("ada"))[0] == 200


async def test_a_home_keeps_its_name_when_its_person_is_renamed(world: World) -> None:
    world.engine.roster(document(people={"countess": use(0, home_name="ada")}))
    assert (await world.start("countess"))[0] == 200
    assert world.engine.volumes == {f"{PREFIX}-home-ada": {"jupyterhub.instance": INSTANCE, "jupyterhub.person": "ada"}}


@pytest.mark.parametrize("at", ["POST /containers/0", "PUT /containers/0"])
@pytest.mark.parametrize(("status", "seen"), [(500, 502), (404, 502), (400, 502), (0, 503)])
async def test_what_fails_after_it_was_made_is_removed(world: World, at: str, status: int, seen: int) -> None:
    files = [{"path": "/x", "mode": 0o400, "content": "y"}]
    world.engine.roster(only(template(files=files)))
    world.engine.answers[at] = (status, "bind source path does not exist:\n /srv/x")
    code, answer = await world.start("bob")
    assert code == seen
    if seen == 502:
        assert answer == {"message": "Docker does not make the server: bind source path does not exist: /srv/x"}
    assert f"{PREFIX}-u-bob" not in world.engine.containers and len(world.engine.bodies) == 1


async def test_one_that_somebody_removes_while_it_is_made_is_no_missing_one(world: World) -> None:
    """The hub takes a 404 for the answer that there is no server, and would forget it."""
    world.engine.answers["POST /containers/0"] = (404, "No such container: x")
    assert (await world.start("ada"))[0] == 502


async def test_an_image_that_is_missing_is_said(world: World) -> None:
    world.engine.answers["POST /containers/create"] = (404, "No such image: server:1")
    assert await world.start("ada") == (502, {"message": "Docker does not make the server: No such image: server:1"})


async def test_a_placeholder_that_is_unknown_never_reaches_docker(world: World) -> None:
    create = {**template()["create"], "Image": "\0image\0"}
    world.engine.roster(only(template(create=create)))
    assert await world.start("bob") == (
        502,
        {"message": "the template of the server cannot be filled: ask the administrator"},
    )
    assert world.engine.asked("POST") == []


async def test_starts_of_one_person_wait_for_each_other(world: World) -> None:
    answers = await asyncio.gather(*(world.start("ada") for _ in range(20)))
    assert sorted(answer["made"] for _, answer in answers) == [False] * 19 + [True]
    assert len(world.engine.bodies) == 1


async def test_a_stop_waits_for_the_start_and_others_do_not(world: World) -> None:
    hold = world.engine.held["POST /containers/create?name=" + ADA] = asyncio.Event()
    starting = asyncio.create_task(world.start("ada"))
    while not world.engine.asked("POST /containers/create"):
        await asyncio.sleep(0.001)
    stopping = asyncio.create_task(world.person("ada", "/stop"))
    assert (await world.start("bob"))[0] == 200
    assert not starting.done() and not stopping.done()
    hold.set()
    assert [(await starting)[0], (await stopping)[0]] == [200, 204]
    assert ADA not in world.engine.containers and world.launcher._turns.taken(ADA) is False


async def test_one_blocked_while_the_start_waits_gets_no_server(world: World) -> None:
    hold = world.engine.held["POST /containers/create?name=" + ADA] = asyncio.Event()
    first = asyncio.create_task(world.start("ada"))
    while not world.engine.asked("POST /containers/create"):
        await asyncio.sleep(0.001)
    second = asyncio.create_task(world.start("ada"))
    while world.launcher._turns._asked[ADA] < 2:
        await asyncio.sleep(0.001)
    world.engine.roster(document(blocked=["ada"]))
    hold.set()
    assert [(await first)[0], (await second)[0]] == [200, 403]


@pytest.mark.parametrize(
    "answer",
    [(404, "No such container: x"), (409, "removal of container x is already in progress")],
)
async def test_one_that_somebody_else_removes_is_removed(world: World, answer: tuple[int, str]) -> None:
    await world.start("ada")
    world.engine.answers["DELETE"] = answer
    assert (await world.person("ada", "/remove"))[0] == 204
    world.engine.answers["DELETE"] = (409, "cannot remove a running container")
    assert (await world.person("ada", "/remove"))[0] == 409


async def test_a_name_taken_meanwhile_is_a_conflict(world: World) -> None:
    world.engine.answers["POST /containers/create"] = (409, "Conflict. The container name is already in use")
    code, answer = await world.start("ada")
    assert code == 409 and "already in use" in answer["message"]


async def test_a_hub_that_goes_away_does_not_stop_a_start(world: World) -> None:
    hold = world.engine.held["POST /containers/create"] = asyncio.Event()
    starting = asyncio.create_task(world.start("ada"))
    while not world.engine.asked("POST /containers/create"):
        await asyncio.sleep(0.001)
    starting.cancel()
    hold.set()
    while world.engine.containers.get(ADA) is None or world.engine.containers[ADA].state != "running":
        await asyncio.sleep(0.001)


async def test_a_home_on_the_host_is_made_before_the_server(world: World) -> None:
    assert (await world.start("alan"))[0] == 200
    homes, server = world.engine.bodies
    assert homes["Cmd"] == ["homes"] and homes["HostConfig"] == {"Binds": ["/srv/homes:/bases/0"]}
    assert server["User"] == "2001:2001"
    assert server["HostConfig"]["Mounts"] == [{"Type": "bind", "Source": "/srv/homes/alan", "Target": "/home"}]
    assert world.engine.containers[f"{PREFIX}-u-alan"].files == {
        "/etc/passwd": (0o644, "alan:x:2001:2001::/home:/bin/sh\n"),
        "/etc/group": (0o644, "root:x:0:\nalan:x:2001:\n"),
    }


async def test_what_the_program_for_homes_refuses_is_said(world: World) -> None:
    world.engine.says["homes"] = Said(1, stderr=b"alan: /srv/homes/alan belongs to uid 7, not 2001; chown\n")
    assert await world.start("alan") == (
        403,
        {"message": "alan: /srv/homes/alan belongs to uid 7, not 2001; chown"},
    )
    world.engine.says["homes"] = Said(1, stderr=b"Traceback (most recent call last):\n  secret\n")
    code, answer = await world.start("alan")
    assert code == 502 and "secret" not in answer["message"]
    assert [body["Cmd"] for body in world.engine.bodies] == [["homes"]] * 2
    assert list(world.engine.containers) == [f"{PREFIX}-roster"]
