"""Profiles, images of profiles and further servers: only what is in somebody's menu, and no more than they may have."""

from __future__ import annotations

import asyncio

import pytest
from fake_engine import INSTANCE, PREFIX
from launcher_world import World, document, entry, labels, profiles, template, use, world  # noqa: F401

ADA = f"{PREFIX}-u-ada"
WORK = f"{PREFIX}-u-ada-work--ufkqozrdcq5fp65t"


@pytest.mark.parametrize(
    ("key", "image", "gpus"),
    [
        ("small", "server:1", None),
        ("small~base", "server:1", None),
        ("small~data science", "r:1", None),
        ("gpu", "gpu:1", ["0"]),
        ("two-gpus", "gpu:1", ["0", "1"]),
    ],
)
async def test_a_server_is_of_the_profile_that_was_taken(
    world: World, key: str, image: str, gpus: list[str] | None
) -> None:
    world.engine.roster(profiles())
    assert await world.start("ada", profile=key) == (200, {"container": ADA, "made": True})
    (body,) = world.engine.bodies
    assert (body["Image"], body["Labels"]["jupyterhub.profile"]) == (image, key)
    if gpus is None:
        assert "DeviceRequests" not in body["HostConfig"] and "jupyterhub.gpus" not in body["Labels"]
    else:
        assert body["HostConfig"]["DeviceRequests"] == [
            {"Driver": "nvidia", "Count": 0, "DeviceIDs": gpus, "Capabilities": [["gpu"]]}
        ]
        assert body["Labels"]["jupyterhub.gpus"] == ",".join(gpus)


NOT_THEIRS = [
    ("mallory", "gpu", "mallory may not take the profile gpu"),
    ("mallory", "two-gpus", "mallory may not take the profile two-gpus"),
    ("mallory", "gpu~base", "mallory may not take the profile gpu"),
    ("ada", "default", "there is no profile default"),
    ("ada", "nothing~base", "there is no profile nothing"),
    ("ada", "gpu~base", "the profile gpu has no image base"),
    ("ada", "small~r", "the profile small has no image r"),
    ("ada", "small~small", "the profile small has no image small"),
    ("ada", "small~\0name\0", "the profile small has no image ?name?"),
    ("ada", "small~x\ny", "the profile small has no image x y"),
    ("eve", "small", "eve is blocked: ask the administrator"),
]


@pytest.mark.parametrize(("name", "key", "message"), NOT_THEIRS)
async def test_what_is_not_in_the_menu_is_refused(world: World, name: str, key: str, message: str) -> None:
    world.engine.roster(profiles())
    assert await world.start(name, profile=key) == (403, {"message": message})
    assert await world.start(f"{name}/work", profile=key) == (403, {"message": message})
    assert world.engine.asked("POST") == []


async def test_an_image_whose_key_is_no_utf8_is_refused(world: World) -> None:
    world.engine.roster(profiles())
    assert await world.person("ada", "/start/small~ff") == (403, {"message": "the profile small has no such image"})
    assert world.engine.asked("POST") == []


async def test_a_menu_that_changed_holds_for_the_next_start(world: World) -> None:
    world.engine.roster(profiles())
    assert (await world.start("ada", profile="gpu"))[0] == 200
    world.engine.roster({**profiles(), "people": {"ada": use(1, "i-ada")}})
    assert await world.start("ada", profile="gpu") == (403, {"message": "ada may not take the profile gpu"})
    assert await world.start("ada", profile="small") == (200, {"container": ADA, "made": False})
    assert world.engine.containers[ADA].body["Labels"]["jupyterhub.profile"] == "gpu"


async def test_a_further_server_is_a_container_of_its_own_with_the_same_home(world: World) -> None:
    world.engine.roster(profiles())
    assert await world.start("ada", profile="small") == (200, {"container": ADA, "made": True})
    assert await world.start("ada/work", profile="small") == (200, {"container": WORK, "made": True})
    own, further = world.engine.bodies
    assert own["HostConfig"]["Binds"] == further["HostConfig"]["Binds"] == [f"{PREFIX}-home-ada:/home/jovyan"]
    assert own["Env"][0] != further["Env"][0]
    assert further["Hostname"] == "ada-work--ufkqozrdcq5fp65t"
    assert further["Labels"] == {
        **labels("ada", "work"),
        "jupyterhub.incarnation": "i-ada",
        "jupyterhub.profile": "small",
    }
    assert await world.state("ada/work") == (200, {"container": WORK, "running": True, "exitCode": 0})
    assert (await world.person("ada/work", "/stop"))[0] == 204
    assert await world.state("ada/work") == (404, {"message": f"no such container: {WORK}"})
    assert (await world.state("ada"))[1]["running"] is True
    assert list(world.engine.volumes) == [f"{PREFIX}-home-ada"]


@pytest.mark.parametrize("foreign", [labels("ada"), labels("ada", "lab"), labels("ada/work"), labels("grace", "work")])
async def test_a_further_server_is_known_by_both_names(world: World, foreign: dict[str, str]) -> None:
    world.engine.add(WORK, Labels=foreign)
    conflict = {"message": f"another container has the name {WORK}: the administrator must remove it"}
    for answer in (
        await world.start("ada/work"),
        await world.state("ada/work"),
        await world.person("ada/work", "/stop"),
        await world.person("ada/work", "/remove"),
    ):
        assert answer == (409, conflict)
    assert world.engine.asked("POST") == [] and world.engine.asked("DELETE") == []


async def test_a_server_of_an_earlier_version_has_no_label_of_a_server(world: World) -> None:
    before = {**labels("ada"), "jupyterhub.incarnation": "i-ada"}
    for label in ("jupyterhub.server", "jupyterhub.profile"):
        del before[label]
    world.engine.add(ADA, Labels=before)
    assert await world.start("ada") == (200, {"container": ADA, "made": False})
    assert (await world.person("ada", "/stop"))[0] == 204


NO_SERVERS = ["2d", "61", "", "2d61", "612d", "4142", "612f62", "612e62", "6100", "ff", "c3a4", "207761", "61" * 30]


@pytest.mark.parametrize("name", NO_SERVERS)
async def test_what_is_no_name_of_a_server_reaches_no_docker(world: World, name: str) -> None:
    good = name in ("61", "61" * 30)
    for method, end in (("GET", ""), ("POST", "/stop"), ("POST", "/remove"), ("POST", "/start/default")):
        code, answer = await world.ask(method, f"/launcher/616461/{name}{end}")
        if not good:
            expected = (400, "not a request of the launcher") if name == "" else (403, "this name cannot be a server's")
            assert (code, answer["message"]) == expected
        else:
            assert code in (404, 200)
    assert good or world.engine.asked("POST") == []


async def test_no_more_further_servers_than_allowed(world: World) -> None:
    assert [(await world.start(f"ada{end}"))[0] for end in ("/a", "/b", "", "/c")] == [200, 200, 200, 429]
    refused = (
        "all 2 servers that ada may have besides the own one are there (namedServers): stop one that is not needed"
    )
    assert await world.start("ada/c") == (429, {"message": refused})
    code, answer = await world.start("ada/a")
    assert (code, answer["made"]) == (200, False)
    assert (await world.start("bob/c"))[0] == 200
    await world.person("ada/b", "/stop")
    assert (await world.start("ada/c"))[0] == 200
    assert sorted(world.engine.volumes) == [f"{PREFIX}-home-ada-2", f"{PREFIX}-home-bob"]


async def test_no_more_further_servers_than_allowed_at_once(world: World) -> None:
    names = [f"{name}/{number}" for name in ("ada", "bob") for number in range(10)]
    codes = [code for code, _ in await asyncio.gather(*(world.start(name) for name in names))]
    assert [sorted(part) for part in (codes[:10], codes[10:])] == [[200] * 2 + [429] * 8] * 2


async def test_where_there_are_no_further_servers_none_starts_and_those_that_run_can_be_stopped(world: World) -> None:
    await world.start("ada/work")
    world.engine.roster(document(namedServers=0))
    refused = {"message": "ada may have no servers besides the own one (namedServers)"}
    assert await world.start("ada/lab") == (429, refused)
    assert (await world.start("ada"))[0] == 200
    assert (await world.person("ada/work", "/stop"))[0] == 204
    assert (await world.start("ada/work"))[0] == 429


async def test_further_servers_count_among_all(world: World) -> None:
    world.engine.roster(document(limits={"servers": 3, "startsPerMinute": 1000}))
    codes = [code for code, _ in await asyncio.gather(*(world.start(f"p{n}/w") for n in range(6)))]
    assert sorted(codes) == [200] * 3 + [429] * 3


async def test_an_ended_server_of_the_name_is_no_place_less(world: World) -> None:
    for name in ("a", "b"):
        await world.start(f"ada/{name}")
    container = (await world.state("ada/a"))[1]["container"]
    world.engine.containers[container].state = "exited"
    assert await world.start("ada/a") == (200, {"container": container, "made": True})


async def test_a_home_of_two_servers_is_made_by_one_after_the_other(world: World) -> None:
    hold = world.engine.held["DELETE"] = asyncio.Event()
    starting = [asyncio.create_task(world.start(name)) for name in ("alan", "alan/work")]
    while not world.engine.asked("DELETE"):
        await asyncio.sleep(0.001)
    for _ in range(50):
        await asyncio.sleep(0)
    assert len([body for body in world.engine.bodies if body.get("Cmd") == ["homes"]]) == 1
    hold.set()
    assert [(await one)[0] for one in starting] == [200, 200]
    assert len([body for body in world.engine.bodies if body.get("Cmd") == ["homes"]]) == 2


async def test_ids_and_profiles_together(world: World) -> None:
    claims = template(
        create={**template()["create"], "User": "\0uid\0:\0gid\0"}, ids={"from": "claims", "range": [2000, 2999]}
    )
    world.engine.roster(
        document(
            templates=[claims, template()],
            menus=[{"a": entry(0), "a~b": entry(0), "c": entry(1)}],
            people={},
            homes=None,
            accounts=None,
        )
    )
    assert (await world.start("joan", "/2001/100", "a~b"))[0] == 200
    assert world.engine.bodies[-1]["User"] == "2001:100"
    assert (await world.start("joan/x", profile="a"))[0] == 403
    assert (await world.start("joan/x", "/2001/100", "c"))[0] == 403
    assert (await world.start("joan/x", profile="c"))[0] == 200
    assert {one.body["Labels"]["jupyterhub.instance"] for one in world.engine.containers.values()} == {INSTANCE}
