"""Attempts of unlisted people to get in, with every type of authentication.

Each type's provider knows everybody here, so all have proved their identity. Only the list keeps them out.
"""

import base64
import json
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlparse

import test_github
from conftest import person
from declared import names
from doors import (
    AWAY,
    FORMS,
    LOOK_ALIKES,
    STRANGERS,
    door,  # noqa: F401
    each,
    people,
)
from jupyterhub import orm


@each(*FORMS, *AWAY, "lti")
async def test_a_refused_name_is_refused_under_every_type(world, door):
    world.declare(**people())
    await door.open()
    # The hub's own look for servers that run already.
    await world.until(
        lambda: {"GET /containers/P-u-ada/json", "GET /containers/P-u-bob/json"} <= set(world.docker.requests)
    )
    world.docker.requests.clear()
    for name in [*STRANGERS, *LOOK_ALIKES]:
        if door.kind == "password" and names.normalise(name) == "bob":
            continue  # With passwords the hub decides the spelling: who has bob's password is bob.
        browser, _ = await door.enter(name)
        assert not await browser.inside(), name
    assert {row.name for row in world.hub.db.query(orm.User)} <= {"ada", "bob"}
    assert {asked for asked in world.docker.requests if "P-roster" not in asked} <= {"GET /version"}
    browser, _ = await door.enter("BOB")
    assert json.loads((await browser.get("/hub/api/user"))[1])["name"] == "bob", "A to Z have no case"


@each(*FORMS, *AWAY, "lti")
async def test_a_token_is_of_no_use_after_the_removal_nor_when_the_name_is_back(world, door):
    world.declare(**people())
    await door.open()
    browser, _ = await door.enter("bob")
    token = world.hub.users["bob"].new_api_token(note="mine")
    assert await browser.inside() and (await world.api("GET", "/user", token=token))[0] == 200

    async def out():
        return not await browser.inside() and (await world.api("GET", "/user", token=token))[0] == 403

    world.declare(ada=person("ada", login="lovelace"))
    await world.until(out)
    assert not await (await door.enter("bob"))[0].inside()
    world.declare(**people(bob=person("bob", incarnation="b2")))
    assert await (await door.enter("bob"))[0].inside()
    assert await out()


NEXT = [
    "//evil.example/",
    "https://evil.example/",
    "http:evil.example",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/%09/evil.example/",
    "\t//evil.example/",
    "///evil.example/",
    "/hub/../..//evil.example/",
    "javascript:alert(1)",
    "https://127.0.0.1:8000@evil.example/",
    "//evil.example/hub/home",
]


@each("password", *AWAY)
async def test_no_way_out_through_next(world, door):
    here = urlparse(world.url)
    world.declare(**people())
    await door.open()
    for then in NEXT:
        browser, url = await door.enter("bob", then)
        assert (urlparse(url).scheme, urlparse(url).netloc) == (here.scheme, here.netloc), (then, url)
        # The same for somebody who is logged in already.
        async with browser.session.get(
            f"{world.url}/hub/login", params={"next": then}, allow_redirects=False
        ) as response:
            to = response.headers["Location"]
        # A browser reads a backslash as a slash, and drops tabs.
        assert re.match(r"/(?![/\\\t])", to) and urlparse(urljoin(world.url, to)).netloc == here.netloc, (then, to)


@each(*FORMS)
async def test_nobody_is_logged_in_by_a_form_on_another_page(world, door):
    """Log-in CSRF: somebody else's name and password, in this browser."""
    world.declare(**people())
    await door.open()
    await door.enter("bob")
    for given in ("", "x"):
        browser = world.browser()
        await door.post(browser, "bob", xsrf=given)
        assert not await browser.inside()
    # Before a log-in, everybody with one address and one browser has the same token, so the attacker's is valid here.
    for origin in ("https://evil.example", "null", f"{world.url}.evil.example", "http://127.0.0.1:9"):
        browser = world.browser()
        browser.session.headers["Origin"] = origin
        await door.post(browser, "bob")
        assert not await browser.inside(), origin
    for origin in (world.url, "http://127.0.0.1:8000"):
        browser = world.browser()
        browser.session.headers["Origin"] = origin
        await door.post(browser, "bob")
        assert await browser.inside(), origin


@each(*AWAY)
async def test_a_way_back_from_the_provider_counts_once_and_in_its_own_browser(world, door):
    """Log-in CSRF: with somebody else's code, a replayed state, and a state with another destination."""
    world.declare(**people())
    await door.open()
    theirs, ours = world.browser(), world.browser()
    back = await door.callback(theirs, "bob")
    assert (await test_github.go(ours, back))[0] == 400
    await door.callback(ours, "bob")
    assert (await test_github.go(ours, back))[0] == 400, "another state"
    assert not await ours.inside()
    assert (await test_github.go(theirs, back))[0] == 302 and await theirs.inside()
    assert (await test_github.go(theirs, back))[0] == 400, "once"

    async def arrive(forge):
        """Opens the callback with another state than the provider sent back."""
        address, _, query = (await door.callback(ours, "bob")).partition("?")
        given = dict(parse_qsl(query))
        state = forge(json.loads(base64.urlsafe_b64decode(given["state"])))
        encoded = base64.urlsafe_b64encode(json.dumps(state).encode()).decode()
        status, _, url = await test_github.go(ours, f"{address}?{urlencode({**given, 'state': encoded})}")
        assert urlparse(url).netloc == urlparse(world.url).netloc
        return status

    for forge in (
        lambda state: {**state, "state_id": "0" * 32},
        lambda state: {"next_url": "//evil.example/"},
        lambda state: {},
    ):
        assert await arrive(forge) == 400 and not await ours.inside()
    assert await arrive(lambda state: {**state, "next_url": "https://evil.example/"}) == 302, (
        "the way on is not the address's to say"
    )
    assert await ours.inside()


@each("password", "native", "custom", "ldap")
async def test_guessing_is_slowed_down(world, door, monkeypatch):
    world.declare(**people())
    await door.open()
    door.word = "guess"
    for _ in range(6):
        assert not await (await door.enter("bob"))[0].inside()
    slowdown = world.hub.authenticator.slowdown
    assert slowdown.delay("bob", "10.0.0.7") > 0, "for whoever tries the name, wherever"
    assert slowdown.delay("lovelace", "10.0.0.7") == 0, "and nobody else"
    for other in ("root", "hub", "mallory"):
        for _ in range(15):
            slowdown.failed(other, "10.0.0.7")
    for _ in range(6):
        slowdown.failed("x", "10.0.0.7")
    assert slowdown.delay("somebody else", "10.0.0.7") > 0, "many names from one place"


async def test_no_name_leads_to_anothers_container(world):
    """People with names of containers, and all spellings of an address."""
    strange = {
        "p-u-ada": person("x1", login="p-u-ada"),
        "ada.": person("x2", login="ada."),
        "ada-": person("x3", login="ada-"),
        "user": person("x4", login="user"),
    }
    world.declare(ada=person("ada"), bob=person("bob"), **strange)
    await world.start_hub()
    for name in strange:
        await world.log_in(name)
        world.docker.requests.clear()
        await world.start_server(name)
        containers = {asked.split("/")[2] for asked in world.docker.requests if asked.startswith("POST")}
        assert containers == {world.people[name]["container"]}
    browser = await world.log_in("bob")
    token = world.hub.users["bob"].new_api_token(note="mine")
    world.docker.requests.clear()
    for name in (
        "ada",
        "ADA",
        "bob%2F..%2Fada",
        "..%2Fada",
        "P-u-ada",
        "аda",
        "ａda",
        "ada%00",
        "ada%2F",
        "%2561da",
        "ada%20",
        ".",
        "%2e%2e",
    ):
        for method, path in [
            ("POST", f"/users/{name}/server"),
            ("POST", f"/users/{name}/servers/x"),
            ("DELETE", f"/users/{name}/server"),
            ("POST", f"/users/{name}/tokens"),
        ]:
            status, _ = await world.api(method, path, token)
            assert status in (400, 403, 404, 405), (method, path, status)
        await browser.get(f"/hub/spawn/{name}")
    for name in ("x", "..%2F..%2Fada", "..", "ada"):
        status, _ = await world.api("POST", f"/users/bob/servers/{name}", token)
        assert status in (400, 403, 404), name
    assert [asked for asked in world.docker.requests if asked.startswith("POST")] == []
    assert not world.docker.containers["P-u-ada"].running
