"""What somebody tries who is not meant to get in, under every type of authentication alike.

Each type's provider knows everybody here: whoever asks has shown who they are. What is left is the list.
"""

import base64
import json
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlparse

import pytest
import test_custom
import test_github
import test_ldap
import test_native
import test_oidc
from conftest import PASSWORD, free_port, person
from declared import names
from declared.login import native
from declared.people import keeper
from jupyterhub import orm
from provider import SECRET, FakeGitHub, FakeOidc


class Door:
    """One type's way in. `enter` is somebody whom the provider knows under that name."""

    def __init__(self, world, kind: str) -> None:
        self.world, self.kind = world, kind

    async def open(self) -> None:
        await self.world.start_hub(**self.settings())

    def settings(self) -> dict:
        raise NotImplementedError

    async def enter(self, name: str, then: str = ""):
        """The browser, and where it is sent."""
        raise NotImplementedError


class Form(Door):
    word = PASSWORD

    def settings(self) -> dict:
        return {
            "password": {},
            "dummy": {"authentication": {"type": "dummy"}},
            "native": test_native.NATIVE,
            "custom": test_custom.settings(),
            "ldap": test_ldap.settings(**test_ldap.SEARCH),
        }[self.kind]

    async def enter(self, name: str, then: str = ""):
        if self.kind == "native":
            await test_native.choose(self.world, name, PASSWORD, PASSWORD)
        browser = self.world.browser()
        return browser, await self.post(browser, name, then)

    async def post(self, browser, name: str, then: str = "", xsrf: str | None = None) -> str:
        _, page = await browser.get("/hub/login")
        data = {
            "_xsrf": re.search(r'name="_xsrf" value="([^"]+)"', page)[1] if xsrf is None else xsrf,
            "username": name,
            "password": self.word,
        }
        params = {"next": then} if then else {}
        async with browser.session.post(
            f"{self.world.url}/hub/login", params=params, data=data, allow_redirects=False
        ) as response:
            return (
                str(response.url.join(type(response.url)(response.headers["Location"], encoded=True)))
                if response.status == 302
                else str(response.url)
            )


class Away(Door):
    @property
    def provider(self):
        return self.world.github if self.kind == "github" else self.world.oidc

    def settings(self) -> dict:
        return (test_github if self.kind == "github" else test_oidc).settings(self.world)

    def be(self, name: str) -> None:
        if self.kind == "github":
            self.provider.here = name
        else:
            self.provider.claims = {"sub": "1", "preferred_username": name}

    async def enter(self, name: str, then: str = ""):
        self.be(name)
        browser, _, _, url = await test_github.log_in(self.world, then or "/hub/home")
        return browser, url

    async def callback(self, browser, name: str) -> str:
        """The way back from the provider, not taken yet."""
        self.be(name)
        to = f"{self.world.url}/hub/oauth_login"
        for _ in range(2):
            async with browser.session.get(to, allow_redirects=False) as response:
                to = response.headers["Location"]
        return to


FORMS = ["password", "native", "dummy", "custom", "ldap"]
AWAY = ["github", "oidc"]


@pytest.fixture
async def door(request, world, monkeypatch):
    kind = request.param
    monkeypatch.setattr(keeper, "FRESH", 0.0)
    if kind in AWAY:
        provider = FakeGitHub() if kind == "github" else FakeOidc()
        setattr(world, kind, provider)
        world._ports[kind] = free_port()
        provider.url = f"http://127.0.0.1:{world._ports[kind]}"
        await world.serve(kind)
        monkeypatch.setenv("JUPYTERHUB_AUTHENTICATION_SECRET", SECRET)
        return Away(world, kind)
    if kind == "native":
        monkeypatch.setattr(native, "ROUNDS", 4)
    if kind == "custom":
        monkeypatch.setenv("JUPYTERHUB_AUTHENTICATION_SECRET", json.dumps({"common_password": PASSWORD}))
    if kind == "ldap":
        directory = test_ldap.Directory()
        directory.passwords = dict.fromkeys([*STRANGERS, *LOOK_ALIKES, "bob"], PASSWORD)
        directory.take_over(monkeypatch)
        monkeypatch.setenv("JUPYTERHUB_AUTHENTICATION_SECRET", "the hub's")
    return Form(world, kind)


def each(*kinds: str):
    return pytest.mark.parametrize("door", kinds, indirect=True)


STRANGERS = [
    "mallory",
    "ada",
    "root",
    "admin",
    "hub",
    "P-u-bob",
    "P-roster",
    "..",
    ".",
    "bob/../ada",
    "../bob",
    "%62ob",
    "b%6fb",
    "bob%00",
    "bob/",
    "bob\\",
    "bob;ada",
]
"""ada is listed and logs in as lovelace: her name here is nobody's name at the provider."""

LOOK_ALIKES = ["bоb", "ｂob", "𝐛ob", "bob\u200b", "b\u00adob", "bo\u0062\u0307", "ⓑob"]
"""The first has a Cyrillic letter."""


def people(**more):
    return {"ada": person("ada", login="lovelace"), "bob": person("bob"), **more}


@each(*FORMS, *AWAY)
async def test_a_refused_name_is_refused_under_every_type(world, door):
    world.declare(**people())
    await door.open()
    # the hub's own look for servers that run already
    await world.until(
        lambda: {"GET /containers/P-u-ada/json", "GET /containers/P-u-bob/json"} <= set(world.docker.requests)
    )
    world.docker.requests.clear()
    for name in [*STRANGERS, *LOOK_ALIKES]:
        if door.kind == "password" and names.normalise(name) == "bob":
            continue  # Passwords are ours, and so is the spelling: whoever has bob's is bob.
        browser, _ = await door.enter(name)
        assert not await browser.inside(), name
    assert {row.name for row in world.hub.db.query(orm.User)} <= {"ada", "bob"}
    assert {asked for asked in world.docker.requests if "P-roster" not in asked} <= {"GET /version"}
    browser, _ = await door.enter("BOB")
    assert json.loads((await browser.get("/hub/api/user"))[1])["name"] == "bob", "A to Z have no case"


@each(*FORMS, *AWAY)
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
        # and for who is logged in already
        async with browser.session.get(
            f"{world.url}/hub/login", params={"next": then}, allow_redirects=False
        ) as response:
            to = response.headers["Location"]
        # a browser reads a backslash as a slash, and drops tabs
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
    # JupyterHub's token before a log-in is one for everybody behind one address with one browser: theirs fits here
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
    """Log-in CSRF by somebody else's code, a replayed state, and one with another way on in it."""
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
        """With another state in the address than the provider sent back."""
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
    """People whose names are made of the names of containers, and every spelling of an address."""
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
