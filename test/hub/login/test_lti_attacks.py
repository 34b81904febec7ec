"""Attacks on launches from a learning platform: forged and replayed tokens."""

import base64
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from declared.login import lti_handlers
from lms import CLIENT, ISSUER, FakePlatform, key
from test_github import words
from test_lti import ASK, NOT_FINISHED, OPEN, THERE, launch, lms, start  # noqa: F401


def unsigned(claims):
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")  # noqa: E731
    return f"{part({'alg': 'none', 'kid': 'k1', 'typ': 'JWT'})}.{part(claims)}."


def with_public_key_as_secret(claims):
    """For a checker that lets the token say how it is signed."""
    pem = (
        key("k1").public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    signed = jwt.encode(claims, "x" * 64, "HS256", {"kid": "k1"}).rpartition(".")[0]
    mac = jwt.get_algorithm_by_name("HS256").sign(signed.encode(), pem)
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def with_a_key_of_its_own(claims):
    own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key("theirs").public_key()))
    return FakePlatform.sign(claims, "theirs", kid="k1", jwk=own, jku="http://127.0.0.1:9/keys")


def changed_after(claims):
    header, _, signature = FakePlatform.sign({**claims, "email": "mallory@example.org"}).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{header}.{body}.{signature}"


def with_no_key_named(claims):
    return jwt.encode(claims, key("k1"), "RS256")


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        with_public_key_as_secret,
        with_a_key_of_its_own,
        with_no_key_named,
        changed_after,
        lambda claims: FakePlatform.sign(claims, "theirs"),
        lambda claims: FakePlatform.sign(claims, "theirs", kid="k1"),
        lambda claims: FakePlatform.sign(claims).rpartition(".")[0] + ".",
        lambda claims: "x.y.z",
        lambda claims: "<b>call 0900</b>",
        lambda claims: "",
    ],
)
async def test_a_token_that_the_platform_did_not_sign(world, lms, forge):
    await start(world)
    browser = world.browser()
    asked = await lms.begin(browser)
    token = forge(lms.claims(asked, email="bob@example.org"))
    answer = await lms.finish(browser, token, lms.sent(asked)["state"])
    assert (answer.status, words(answer.text)) == (400, NOT_FINISHED)
    assert not await browser.inside()


NOW = int(time.time())


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another tool"},
        {"aud": None},
        {"aud": []},
        {"aud": [CLIENT, "another tool"]},
        {"aud": [CLIENT, "another tool"], "azp": "another tool"},
        {"exp": NOW - 120},
        {"exp": None},
        {"iat": NOW - 3600},
        {"iat": NOW + 3600},
        {"iat": None},
        {"nonce": "0" * 64},
        {"nonce": None},
        {"_version": "1.1"},
        {"_version": None},
        {"_message_type": "LtiSubmissionReviewRequest"},
        {"_message_type": None},
        {"_deployment_id": None},
        {"_target_link_uri": None},
        {"_roles": None},
        {"_resource_link": None},
        {"_resource_link": {"id": ""}},
        {"_resource_link": "7"},
        {"_context": "42"},
        {"iat": str(NOW)},
    ],
)
async def test_a_token_that_was_not_made_for_this_launch(world, lms, changed):
    await start(world)
    browser, answer = await launch(world, email="bob@example.org", **changed)
    assert (answer.status, words(answer.text)) == (400, NOT_FINISHED)
    assert not await browser.inside()


async def test_only_where_the_platform_has_put_the_tool(world, lms):
    """Many schools share one issuer, and one client id; anybody may be anybody at a school of their own."""
    await start(world, deploymentIds=["1", "2:a"])
    assert (await launch(world, email="bob@example.org", _deployment_id="2:a"))[1].status == 302
    for other in ("3", "2", "", ["1"], {"1": 1}):
        browser, answer = await launch(world, email="bob@example.org", _deployment_id=other)
        assert answer.status == 400 and not await browser.inside(), other


async def test_a_token_counts_once_and_in_the_browser_that_asked_for_it(world, lms):
    """Log-in CSRF: an attacker's token, in this browser. And a replay, with all cookies as they were."""
    await start(world)
    theirs, ours = world.browser(), world.browser()
    asked = await lms.begin(theirs)
    token, state = lms.sign(lms.claims(asked, email="bob@example.org")), lms.sent(asked)["state"]
    assert (await lms.finish(ours, token, state)).status == 400, "no cookies"
    own = lms.sent(await lms.begin(ours))["state"]
    assert (await lms.finish(ours, token, state)).status == 400, "another state"
    assert (await lms.finish(ours, token, own)).status == 400, "another nonce"
    assert (await lms.finish(ours, token, "")).status == 400
    assert not await ours.inside()
    kept = [*theirs.session.cookie_jar]
    assert (await lms.finish(theirs, token, state)).status == 302
    assert await theirs.inside()
    assert (await lms.finish(theirs, token, state)).status == 400, "its cookies are gone"
    thief = world.browser()
    header = {"Cookie": "; ".join(f"{morsel.key}={morsel.coded_value}" for morsel in kept)}
    thief.session.headers.update(header)
    answer = await lms.finish(thief, token, state)
    assert (answer.status, words(answer.text)) == (400, NOT_FINISHED)
    # The cookies were right: with a token that was not there yet they would have done.
    asked = await lms.begin(theirs)
    kept = [*theirs.session.cookie_jar]
    thief.session.headers["Cookie"] = "; ".join(f"{morsel.key}={morsel.coded_value}" for morsel in kept)
    token = lms.sign(lms.claims(asked, email="bob@example.org"))
    assert (await lms.finish(thief, token, lms.sent(asked)["state"])).status == 302


async def test_a_launch_that_lies_too_long(world, lms, monkeypatch):
    await start(world)
    monkeypatch.setattr(lti_handlers, "BEGUN_WITHIN", -1)
    browser, answer = await launch(world, email="bob@example.org")
    assert answer.status == 400 and not await browser.inside()


async def test_what_a_form_or_the_api_sends_is_no_launch(world, lms):
    """JupyterHub hands that to `authenticate`, too, and the library takes it for claims."""
    await start(world)
    browser = world.browser()
    _, page = await browser.get("/hub/login")
    assert OPEN in page and "password" not in page.lower()
    xsrf = next(morsel.value for morsel in browser.session.cookie_jar if morsel.key == "_xsrf")
    claims = {"email": "bob@example.org", "sub": "bob@example.org", "iss": ISSUER, "aud": CLIENT}
    async with browser.session.post(
        f"{world.url}/hub/login", data={"_xsrf": xsrf, "username": "bob@example.org", **claims}, allow_redirects=False
    ) as answer:
        assert answer.status == 403 and OPEN in await answer.text()
    assert not await browser.inside()
    await world.until(lambda: world.hub.users.get("bob") is not None)
    async with world.browser().session.post(f"{world.url}/hub/api/users/bob/tokens", json={"auth": claims}) as answer:
        assert answer.status == 403
