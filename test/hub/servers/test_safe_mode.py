"""A start that failed: what its person reads, and the way in."""

import html
import re

import pytest
from conftest import ADMIN_TOKEN, person
from jupyterhub import orm

HOSTILE = b"<script>alert(1)</script> \x1b[31m& the last line\n"


async def failing(world, **more):
    world.declare(ada=person("ada"), grace=person("grace"), root=person("root", admin=True), **more)
    ada = world.docker.containers["P-u-ada"]
    ada.starts, ada.exit_code, ada.finished = False, 3, "2026-01-01T10:00:00.5Z"
    ada.log = [("2026-01-01T10:00:00.4Z", b"of the start before\n"), ("2026-01-01T10:00:01.123456789Z", HOSTILE)]
    await world.start_hub()
    await world.until(lambda: orm.User.find(world.hub.db, "root") and orm.User.find(world.hub.db, "ada"))
    return ada


async def asks(world, name, token=None):
    return await world.api("GET", "/safe-mode", token=token or world.token(name))


def words(page):
    found = re.search(r'(?s)<pre id="last-words"[^>]*>(.*?)</pre>', page)
    return html.unescape(found[1]).strip() if found else None


async def press(browser, page, name="ada"):
    """The button for safe mode. @returns status and page"""
    assert 'id="start-safe"' in page
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page)[1]
    data = {"_xsrf": xsrf, "safe": "1"}
    async with browser.session.post(f"{browser.url}/hub/spawn/{name}", data=data, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def test_the_person_reads_what_the_server_wrote_last(world):
    await failing(world)
    status, page = await (await world.log_in("ada")).spawn("ada")
    assert status == 503 and "exit code 3" in page
    assert words(page) == "<script>alert(1)</script> & the last line"
    assert "<script>alert(1)" not in page and "of the start before" not in page


async def test_nobody_else_reads_it(world):
    await failing(world)
    ada, root, grace = [await world.log_in(name) for name in ("ada", "root", "grace")]
    _, page = await root.spawn("ada")
    assert "exit code 3" in page and "the last line" not in page and "npm run logs" in page
    assert "the last line" in (await ada.get("/hub/spawn-pending/ada"))[1]
    for browser in (root, grace):
        for path in ("spawn-pending/ada", "spawn-pending/grace", "home", "spawn/ada"):
            assert "the last line" not in (await browser.get(f"/hub/{path}"))[1]
    for token in (ADMIN_TOKEN, world.token("grace")):
        for path in ("/users/ada", "/users/ada/server/progress", "/users?state=all"):
            assert "the last line" not in str(await world.api("GET", path, token=token))


async def test_a_log_that_cannot_be_read_hides_no_reason(world, monkeypatch):
    (await failing(world)).log = []
    monkeypatch.setattr("declared.servers.last_words.of", lambda log, after: [])
    status, page = await (await world.log_in("ada")).spawn("ada")
    assert status == 503 and "exit code 3" in page and words(page) is None


async def test_a_server_that_never_answers_is_told_of_before_jupyterhub_gives_up(world, monkeypatch):
    ada = await failing(world)
    ada.starts, world.servers.delay = True, 3600
    monkeypatch.setattr("declared.servers.spawner.START_SHARE", 0.01)
    status, page = await (await world.log_in("ada")).spawn("ada")
    assert status == 503 and "did not answer in time" in page and "the last line" in page


async def test_safe_mode_is_offered_when_the_image_asked_for_it(world):
    ada = await failing(world)
    browser = await world.log_in("ada")
    _, page = await browser.spawn("ada")
    assert 'id="start-safe"' not in page
    await browser.get("/hub/spawn/ada")
    await world.until(lambda: "POST /containers/P-u-ada/start" in world.docker.requests)
    await world.until(lambda: world.spawner("ada").api_token == world.token("ada"))
    assert await asks(world, "ada") == (200, {"safe": False})
    await world.until(lambda: not world.spawner("ada").active)
    _, page = await browser.get("/hub/spawn-pending/ada")
    ada.starts = True
    status, _ = await press(browser, page)
    assert status == 302
    await world.until(lambda: world.spawner("ada").ready)
    assert await asks(world, "ada") == (200, {"safe": True})
    assert "runs in safe mode" in (await browser.get("/hub/home"))[1]


async def test_safe_mode_is_for_one_start(world):
    (await failing(world)).starts = True
    browser = await world.log_in("ada")
    assert (await world.api("POST", "/users/ada/server", json={"safe": True}))[0] in (201, 202)
    await world.until(lambda: world.spawner("ada").ready)
    assert await asks(world, "ada") == (200, {"safe": True})
    await world.restart_hub()
    await world.until(lambda: world.spawner("ada").ready)
    assert await asks(world, "ada") == (200, {"safe": True}), "a hub's restart does not change it"
    await world.api("DELETE", "/users/ada/server")
    assert "runs in safe mode" not in (await (await world.log_in("ada")).get("/hub/home"))[1]
    await world.start_server("ada")
    assert await asks(world, "ada") == (200, {"safe": False})
    assert not world.spawner("ada").orm_spawner.user_options
    await browser.session.close()


@pytest.mark.parametrize("safe", [False, "no", ["0"]])
async def test_nothing_else_is_a_wish_for_it(world, safe):
    (await failing(world)).starts = True
    await world.api("POST", "/users/ada/server", json={"safe": safe})
    await world.until(lambda: world.spawner("ada").ready)
    assert await asks(world, "ada") == (200, {"safe": False})


async def test_a_server_hears_of_itself_alone(world):
    (await failing(world)).starts = True
    await world.api("POST", "/users/ada/server", json={"safe": True})
    await world.until(lambda: world.spawner("ada").ready)
    await world.start_server("grace")
    assert await asks(world, "grace") == (200, {"safe": False})
    assert (await asks(world, "ada", ADMIN_TOKEN))[0] == 403
    assert (await asks(world, "ada", "0" * 48))[0] == 403
    assert (await asks(world, "ada", world.hub.users["ada"].new_api_token(note="mine")))[0] == 403
    browser = await world.log_in("ada")
    assert (await browser.get("/hub/api/safe-mode"))[0] == 403
    await world.api("DELETE", "/users/ada/server")
    assert (await asks(world, "ada"))[0] == 403, "the token is not valid while the server does not run"


async def test_nobody_starts_somebody_elses_server_in_safe_mode(world):
    ada = await failing(world)
    grace = await world.log_in("grace")
    _, page = await grace.get("/hub/home")
    xsrf = re.search(r'xsrf_token: "([^"]+)"', page)[1]
    data = {"_xsrf": xsrf, "safe": "1"}
    async with grace.session.post(f"{grace.url}/hub/spawn/ada", data=data) as answer:
        assert answer.status in (403, 404)
    async with grace.session.post(f"{grace.url}/hub/spawn/grace", data={"safe": "1"}) as answer:
        assert answer.status == 403, "without a token against forged requests"
    assert not ada.running and "POST /containers/P-u-ada/start" not in world.docker.requests
