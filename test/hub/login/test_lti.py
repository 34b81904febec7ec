"""Launches from a learning platform (LTI 1.3)."""

import json
from http.cookies import SimpleCookie
from urllib.parse import quote

import pytest
from aiohttp import web
from conftest import person
from declared.login import lti_handlers, lti_keys
from declared.login.lti_keys import Keys, PlatformAway
from jupyterhub import orm
from lms import CLAIM, CLIENT, ISSUER, FakePlatform
from test_github import words

LABEL = "Example Moodle"
OPEN = f"Open this hub from a course on {LABEL}."
NOT_FINISHED = f"The log-in was not finished. {OPEN} Log in"
ASK = "Ask whoever looks after this hub."
THERE = "http://127.0.0.1:8000"


@pytest.fixture
async def lms(world):
    platform = FakePlatform()
    await platform.start(world, "lti")
    world.monkeypatch.delenv("JUPYTERHUB_AUTHENTICATION_SECRET")
    return platform


def settings(world, **changed):
    given = {
        "type": "lti",
        "issuer": ISSUER,
        "clientIds": [CLIENT],
        "deploymentIds": [],
        "authorizeUrl": f"{world.lti.url}/authorize",
        "keysUrl": f"{world.lti.url}/keys",
        "label": LABEL,
        "nameClaim": "email",
        "ca": "",
        **changed,
    }
    return {"publicUrl": f"{THERE}/", "authentication": given}


async def launch(world, **claims):
    """@returns the browser, and the hub's answer to the signed token"""
    browser = world.browser()
    asked = await world.lti.begin(browser)
    token = world.lti.sign(world.lti.claims(asked, **claims))
    return browser, await world.lti.finish(browser, token, world.lti.sent(asked)["state"])


async def start(world, **changed):
    world.declare(
        ada=person("ada", login="lovelace@example.org", groups=["staff"]), bob=person("bob", login="bob@example.org")
    )
    await world.start_hub(**settings(world, **changed))


async def test_listed_people_get_in_and_their_rights_come_from_the_list(world, lms):
    await start(world)
    browser, answer = await launch(world, email="Lovelace@example.org", _roles=["Administrator"])
    assert (answer.status, answer.url) == (302, f"{world.url}/hub/home") and await browser.inside()
    row = orm.User.find(world.hub.db, "ada")
    assert (row.admin, [group.name for group in row.groups], row.encrypted_auth_state) == (False, ["staff"], None)
    assert lms.asked == 1
    assert (await launch(world, email="bob@example.org"))[1].status == 302
    assert lms.asked == 1, "keys are kept for a while"


async def test_what_the_platform_is_asked(world, lms):
    await start(world)
    browser = world.browser()
    # Whoever sends another Host does not change where the token goes.
    asked = await lms.begin(browser, headers={"Host": "evil.example"})
    sent = lms.sent(asked)
    assert asked.status == 302 and asked.url.startswith(f"{lms.url}/authorize?")
    state, nonce = sent.pop("state"), sent.pop("nonce")
    assert sent == {
        "response_type": "id_token",
        "response_mode": "form_post",
        "scope": "openid",
        "prompt": "none",
        "client_id": CLIENT,
        "login_hint": "4711",
        "lti_message_hint": "a message & a hint",
        "redirect_uri": f"{THERE}/hub/lti13/oauth_callback",
    }
    assert len(state) >= 32 and len(nonce) == 64
    again = lms.sent(await lms.begin(browser))
    assert (again["state"], again["nonce"]) != (state, nonce)
    # The standard allows both, and no client id where the platform has one tool.
    url = f"{world.url}/hub/lti13/oauth_login?iss={quote(ISSUER)}&login_hint=1"
    async with browser.session.get(url, allow_redirects=False) as answer:
        assert answer.status == 302 and f"client_id={CLIENT}" in answer.headers["Location"]


async def test_cookies_come_along_with_the_platforms_form_and_with_nothing_else(world, lms):
    await start(world)
    data = {"iss": ISSUER, "login_hint": "1", "client_id": CLIENT}
    url = f"{world.url}/hub/lti13/oauth_login"
    async with world.browser().session.post(url, data=data, allow_redirects=False) as answer:
        cookies = [SimpleCookie(line) for line in answer.headers.getall("Set-Cookie")]
    ours = [morsel for cookie in cookies for name, morsel in cookie.items() if name.startswith("lti13")]
    assert len(ours) == 2
    for morsel in ours:
        assert morsel["secure"] and morsel["httponly"]
        assert (morsel["samesite"], morsel["path"], morsel["max-age"]) == ("None", "/hub/lti13/oauth_callback", "600")


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"iss": f"{ISSUER}/"},
        {"iss": ""},
        {"client_id": "2"},
        {"login_hint": ""},
    ],
)
async def test_a_launch_that_is_not_this_hubs_is_not_begun(world, lms, changed):
    await start(world)
    answer = await lms.begin(world.browser(), **changed)
    assert (answer.status, words(answer.text)) == (400, f"{OPEN} Log in")


async def test_with_several_clients_the_platform_says_which(world, lms):
    await start(world, clientIds=[CLIENT, "2"])
    browser = world.browser()
    assert (await lms.begin(browser, client_id="")).status == 400
    asked = await lms.begin(browser, client_id="2")
    assert lms.sent(asked)["client_id"] == "2"
    token = lms.sign(lms.claims(asked, aud="2", email="bob@example.org"))
    assert (await lms.finish(browser, token, lms.sent(asked)["state"])).status == 302


async def test_who_is_not_listed_reads_so(world, lms):
    await start(world)
    # Also with a listed person's name here, with what somebody is listed by elsewhere, and with a look-alike.
    for email in ("mallory@example.org", "ada", "lovelace@example.org.evil.example", "lоvelace@example.org"):
        browser, answer = await launch(world, email=email)
        assert (answer.status, words(answer.text)) == (
            403,
            f"{email} is not on the list of people who may use this hub. {ASK} "
            f"To log in as somebody else, log out at {LABEL} first. Log in",
        )
        assert not await browser.inside()


async def test_two_links_at_the_same_time(world, lms):
    await start(world)
    browser = world.browser()
    first, second = await lms.begin(browser), await lms.begin(browser)
    for asked in (first, second):
        token = lms.sign(lms.claims(asked, email="bob@example.org"))
        assert (await lms.finish(browser, token, lms.sent(asked)["state"])).status == 302


async def test_another_claim_is_the_name(world, lms):
    world.declare(ada=person("ada", login="lovelace"), bob=person("bob", login="4711"))
    await world.start_hub(**settings(world, nameClaim="custom_username"))
    assert (await launch(world, _custom={"username": "Lovelace"}))[1].status == 302
    assert (await launch(world, _custom={"username": 4711}))[1].status == 302
    # Not the platform's own number, by which somebody else is listed, nor a claim of that name.
    for nobody in ({}, {"username": ""}, {"username": None}, {"username": True}, {"username": ["4711"]}, "4711", None):
        _, answer = await launch(world, _custom=nobody, username="lovelace", custom_username="lovelace")
        assert answer.status == 403, nobody
        assert words(answer.text).startswith(f"{LABEL} does not say who you are (custom_username). {ASK}")
    # What a platform sends that does not know the variable.
    _, answer = await launch(world, _custom={"username": "$User.username"})
    assert words(answer.text).startswith("$user.username is not on the list of people")


@pytest.mark.parametrize("verified,status", [(True, 302), (None, 302), (False, 403), ("true", 403)])
async def test_an_address_that_the_platform_calls_unverified_does_not_count(world, lms, verified, status):
    await start(world)
    _, answer = await launch(world, email="bob@example.org", email_verified=verified)
    assert answer.status == status


async def test_in_a_frame_it_asks_for_a_window_of_its_own(world, lms):
    await start(world)
    url, nasty = f"{world.url}/hub/lti13/oauth_login", '"><script>alert(1)</script>{{ 7 * 7 }}'
    data = {"iss": ISSUER, "login_hint": nasty, "client_id": CLIENT, "more": "x"}
    headers = {"Sec-Fetch-Dest": "iframe", "Accept-Language": "de"}
    async with world.browser().session.post(url, data=data, headers=headers, allow_redirects=False) as answer:
        page = await answer.text()
        assert answer.status == 200 and "lti13" not in str(answer.headers.getall("Set-Cookie", []))
        policy = answer.headers["Content-Security-Policy"]
        assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert '<form action="/hub/lti13/oauth_login" method="post" target="_blank">' in page
    assert "<script" not in page and "7 * 7" in page and 'name="more"' not in page
    assert "Er öffnet sich in einem eigenen Fenster." in page and ">Öffnen</button>" in page
    # Every other page of the hub is in no frame.
    async with world.browser().session.get(f"{world.url}/hub/login", headers=headers) as answer:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_what_platforms_read_that_register_it_by_an_address(world, lms):
    await start(world)
    async with world.browser().session.get(f"{world.url}/hub/lti13/config", headers={"Host": "evil.example"}) as answer:
        said = await answer.json()
    assert "evil" not in json.dumps(said)
    assert said["oidc_initiation_url"] == f"{THERE}/hub/lti13/oauth_login"
    assert (said["redirect_uris"], said["scopes"]) == ([f"{THERE}/hub/lti13/oauth_callback"], [])


async def test_choosing_contents_is_not_what_it_does(world, lms):
    await start(world)
    browser, answer = await launch(world, email="bob@example.org", _message_type="LtiDeepLinkingRequest")
    assert answer.status == 400 and not await browser.inside()
    assert words(answer.text).startswith("This hub has no list of contents to choose from.")


async def test_a_platform_that_is_away_or_says_nothing_useful(world, lms, monkeypatch):
    monkeypatch.setattr(lti_keys, "AGAIN", 0.0)
    await start(world)
    away = f"{LABEL} does not answer at the moment. Try again in a minute."
    for published in (
        web.Response(status=500),
        web.Response(text="<html>"),
        web.json_response([]),
        web.json_response({"keys": []}),
        web.HTTPFound("http://127.0.0.1:9/keys"),
    ):
        lms.published = published
        browser, answer = await launch(world, email="bob@example.org")
        assert answer.status == 503 and words(answer.text).startswith(away) and not await browser.inside()
    await world.take_away("lti")
    assert (await launch(world, email="bob@example.org"))[1].status == 503
    lms.published = None
    await world.serve("lti")
    assert (await launch(world, email="bob@example.org"))[1].status == 302


async def test_keys_change_and_forged_names_of_keys_ask_for_nothing(world, lms, monkeypatch):
    now = [100.0]
    keys = Keys(f"{lms.url}/keys", clock=lambda: now[0])
    assert (await keys.find("k1")).key_id == "k1" and lms.asked == 1
    for forged in ("k2", "", None, 3, ["k1"]):
        assert await keys.find(forged) is None
    assert lms.asked == 1
    lms.keys, now[0] = ["k2"], now[0] + lti_keys.AGAIN
    assert await keys.find("k2") is not None and await keys.find("k1") is None
    assert lms.asked == 2
    now[0] += lti_keys.FRESH
    lms.published = web.Response(status=500)
    for _ in range(2):
        with pytest.raises(PlatformAway):
            await keys.find("k2")
    assert lms.asked == 3, "not at each launch"


ALLOW = {"ids": None, "groups": False}


async def test_people_of_a_course_who_are_not_listed(world, lms):
    world.make_dynamic()
    world.list_people(ada=person("ada", login="lovelace@example.org"))
    await world.start_hub(**settings(world), dynamic={"allow": {"courses": ["42", "43"]}, **ALLOW})
    _, answer = await launch(world, email="mia@example.org")
    assert answer.status == 302 and world.hub.users.get("mia@example.org") is not None
    for course in ({"id": "44", "label": "42"}, {"id": ["42"]}, {}, None):
        _, answer = await launch(world, email="eve@example.org", _context=course)
        assert answer.status == 403 and "is not on the list of people" in words(answer.text), course
    assert (await launch(world, email="lovelace@example.org", _context=None))[1].status == 302
    await world.restart_hub(**settings(world), dynamic={"allow": "all", **ALLOW})
    assert (await launch(world, email="eve@example.org", _context=None))[1].status == 302
    _, answer = await launch(world, _custom={}, email="$Person.email.primary")
    assert answer.status == 403 and words(answer.text).startswith("Your name cannot be one on this hub.")


@pytest.mark.parametrize(
    "change,complaint",
    [
        ({"more": 1}, "unknown: authentication.more"),
        ({"clientIds": CLIENT}, "authentication.clientIds must be list"),
        ({"clientIds": []}, "authentication.clientIds must not be empty"),
        ({"deploymentIds": [1]}, "authentication.deploymentIds must be a list of texts"),
        ({"issuer": 3}, "authentication.issuer must be str"),
    ],
)
async def test_settings_that_are_not_understood(world, lms, change, complaint):
    await world.refuse_hub(complaint, **settings(world, **change))


def test_claims_have_the_names_of_the_standard():
    assert CLAIM == lti_handlers.CLAIM
