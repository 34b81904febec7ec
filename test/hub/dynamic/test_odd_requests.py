"""What no page of ours sends: each odd request gets an answer that says what is wrong, and leaves nothing behind."""

import asyncio
import itertools
import json

import aiohttp
import pytest
import yarl
from conftest import ADMIN_TOKEN, person
from declared.servers import asking
from jupyterhub import orm
from test_gpus import ROSTER
from test_launching import DUMMY, launches
from test_profiles import post

HEADERS = {"Authorization": f"token {ADMIN_TOKEN}", "Content-Type": "application/json"}
NO_OBJECTS = ['"gpu"', "7", "true", '["gpu"]', '[{"profile": "gpu"}]', "[" * 100_000, "{", "\xff", "NaN"]
ODD_OPTIONS = [[], ["gpu"], 7, True, "gpu", 0.5]
ODD_VALUES = [None, [], ["small"], {}, {"slug": "small"}, 7, True, "", " ", "Small", "small ", "small\0", "small~r"]
ODD_VALUES += ["sm\u00e4ll", "\ud800", "s" * 300, "../small", "small/2001/100", "\u202esmall", 1e308]


@pytest.fixture
async def offered(world):
    world.list_people(ada=person("ada"), ROSTER=ROSTER)
    await world.start_hub(**DUMMY, **world.make_dynamic())
    world.launcher.pool = 2
    await world.log_in("ada")
    return world


async def send(world, method, path, body):
    address = yarl.URL(f"{world.url}/hub/api{path}", encoded=True)
    data = body if isinstance(body, str) else json.dumps(body)
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, address, headers=HEADERS, data=data.encode("latin-1", "replace")) as answer,
    ):
        text = await answer.text()
        return answer.status, json.loads(text)["message"] if answer.status >= 400 else text


def kept(world):
    return {name: row.user_options for name, row in orm.User.find(world.hub.db, "ada").orm_spawners.items()}


async def test_a_body_that_is_no_object(offered):
    await offered.api("PUT", "/users/ada/servers/work")
    paths = ["/users/ada/server", "/users/ada/servers/work", "/users/ada/servers/new"]
    for method, path, body in itertools.product(("POST", "PUT", "PATCH", "DELETE"), paths, NO_OBJECTS):
        status, message = await send(offered, method, path, body)
        assert 400 <= status < 500 and message, (method, path, body[:20], status)
    assert not launches(offered) and set(kept(offered)) == {"", "work"}


async def test_options_that_are_none(offered):
    await offered.api("PUT", "/users/ada/servers/work")
    for method, options in itertools.product(("POST", "PUT", "PATCH"), ODD_OPTIONS):
        for path in ("/users/ada/servers/work", "/users/ada/servers/new"):
            status, message = await send(offered, method, path, {"user_options": options})
            assert 400 <= status < 500 and message, (method, path, options, status)
    status, message = await send(offered, "PATCH", "/users/ada/servers/work", {"port": 1, "cmd": "sh"})
    assert (status, message) == (
        400,
        "Only name, display_name and user_options of a server can be changed, not cmd, port.",
    )
    assert not launches(offered) and not any(kept(offered).values())


@pytest.mark.parametrize("key", ["profile", "image"])
async def test_a_choice_that_is_none(offered, key):
    # Of an image nothing is a choice: the one that was taken last, or the first.
    for value in ODD_VALUES[key == "image" :]:
        for path in ("/users/ada/server", "/users/ada/servers/work"):
            status, message = await send(offered, "POST", path, {key: value})
            assert status == 403 and message.startswith("ada may not "), (path, value, status, message)
            assert len(message) < 200 and message.isprintable()
    assert not launches(offered) and not any(kept(offered).values())


async def test_what_was_written_down_for_later_is_no_way_round(offered):
    """PUT and PATCH keep options without a start."""
    for method, value in itertools.product(("PUT", "PATCH"), [*ODD_VALUES, "two"]):
        await send(offered, method, "/users/ada/servers/work", {"user_options": {"profile": value, "image": value}})
    menu = {**ROSTER, "menus": [{"of": [0], "default": 0}]}
    offered.list_people(ada=person("ada"), ROSTER=menu)
    await offered.until(lambda: len(offered.spawner("ada")._menu.profiles) == 1)
    await offered.start_server("ada", "work")
    assert offered.launcher.profiles["ada/work"] == ["small"]


async def test_options_are_short(offered):
    """They are kept in the database, and in each answer that lists servers."""
    long = {"user_options": {"profile": "small", "note": "x" * asking.LONGEST_BODY}}
    for method in ("POST", "PUT", "PATCH"):
        status, message = await send(offered, method, "/users/ada/servers/work", long)
        assert (status, message) == (413, "The options of a server have at most 64 KiB.")
    browser = await offered.log_in("ada")
    code, page = await post(browser, "ada", profile="small", note="x" * asking.LONGEST_BODY)
    assert code == 413 and "at most 64 KiB" in page
    assert not launches(offered) and not any(kept(offered).values())


async def test_a_button_that_is_pressed_twice(offered):
    browser = await offered.log_in("ada")
    offered.servers.delay = 0.5
    for server in ("ada", "ada/work"):
        await browser.get(f"/hub/spawn/{server}")
        answers = await asyncio.gather(
            *(post(browser, server, profile=profile) for profile in ("small", "two", "small"))
        )
        assert [status for status, _ in answers] == [302] * 3
        await offered.until(lambda server=server: offered.launcher.container(server) is not None)
        await offered.until(lambda server=server: offered.spawner(*server.split("/")).ready)
        # An old page, after the start.
        assert (await post(browser, server, profile="two"))[0] == 302
        assert (await browser.get(f"/hub/spawn-pending/{server}"))[0] == 302
    # Which of them comes first is nobody's to say.
    assert [len(started) for started in offered.launcher.profiles.values()] == [1, 1]
    starts = [
        asyncio.create_task(offered.api("POST", "/users/ada/servers/play", json={"profile": "small"})) for _ in "123"
    ]
    assert all(status in (201, 202) for status, _ in await asyncio.gather(*starts))
    await offered.until(lambda: offered.spawner("ada", "play").ready)
    assert offered.launcher.profiles["ada/play"] == ["small"]


async def test_a_form_that_is_no_text(offered):
    browser = await offered.log_in("ada")
    for query in ("profile=%ff", "profile=small&x=%c3%28"):
        address = yarl.URL(f"{offered.url}/hub/spawn/ada?{query}", encoded=True)
        async with browser.session.get(address, allow_redirects=False) as answer:
            code, page = answer.status, await answer.text()
        assert code == 400 and "Traceback" not in page
    assert not launches(offered) and not any(kept(offered).values())
