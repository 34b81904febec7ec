"""The ways to log in: one door for each type of authentication."""

import json
import re

import pytest
import test_custom
import test_github
import test_ldap
import test_lti
import test_native
import test_oidc
from conftest import PASSWORD, free_port, person
from declared.login import native
from declared.people import keeper
from lms import FakePlatform
from provider import SECRET, FakeGitHub, FakeOidc


class Door:
    """The log-in of one type. `enter` logs in somebody whom the provider knows by that name."""

    def __init__(self, world, kind: str) -> None:
        self.world, self.kind = world, kind

    async def open(self) -> None:
        await self.world.start_hub(**self.settings())

    def settings(self) -> dict:
        raise NotImplementedError

    async def enter(self, name: str, then: str = ""):
        """@returns the browser, and the URL that it is redirected to"""
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
        """@returns the URL of the callback, which is not opened yet"""
        self.be(name)
        to = f"{self.world.url}/hub/oauth_login"
        for _ in range(2):
            async with browser.session.get(to, allow_redirects=False) as response:
                to = response.headers["Location"]
        return to


class Launched(Door):
    def settings(self) -> dict:
        return test_lti.settings(self.world)

    async def enter(self, name: str, then: str = ""):
        browser, answer = await test_lti.launch(self.world, email=name)
        return browser, answer.url


FORMS = ["password", "native", "dummy", "custom", "ldap"]
AWAY = ["github", "oidc"]


@pytest.fixture
async def door(request, world, monkeypatch):
    kind = request.param
    monkeypatch.setattr(keeper, "FRESH", 0.0)
    if kind == "lti":
        await FakePlatform().start(world, "lti")
        return Launched(world, kind)
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
"""ada is listed with the login lovelace. Nobody at the provider is called ada."""

LOOK_ALIKES = ["bоb", "ｂob", "𝐛ob", "bob\u200b", "b\u00adob", "bo\u0062\u0307", "ⓑob"]
"""The first has a Cyrillic letter."""


def people(**more):
    return {"ada": person("ada", login="lovelace"), "bob": person("bob"), **more}
