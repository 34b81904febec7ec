"""Log-in with GitHub. The roster decides who gets in, whoever GitHub knows."""

import html
import re
from urllib.parse import parse_qs, urlparse

import pytest
from conftest import person
from declared.people import keeper
from jupyterhub import orm
from provider import CLIENT_ID, SECRET, FakeGitHub


@pytest.fixture
async def github(world):
    provider = FakeGitHub()
    await provider.start(world, "github")
    return provider


def settings(world, organizations=(), teams=()):
    return {
        "publicUrl": f"{world.url}/",
        "authentication": {
            "type": "github",
            "clientId": CLIENT_ID,
            "organizations": list(organizations),
            "teams": list(teams),
            "host": world.github.url,
            "ca": "",
        },
    }


def words(page: str) -> str:
    body = re.sub(r"(?s)<(script|style|noscript|nav)\b.*?</\1>|<div class=\"modal.*", " ", page.split("<body>", 1)[1])
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


async def go(browser, url: str) -> tuple[int, str, str]:
    """Follows redirects as a browser does, to the provider and back, until it is at home or at somebody's server."""
    while True:
        async with browser.session.get(url, allow_redirects=False) as response:
            text = await response.text()
            if response.status != 302:
                return response.status, words(text), url
            url = str(response.url.join(type(response.url)(response.headers["Location"], encoded=True)))
            if "oauth" not in url and not url.startswith(f"{browser.url}/hub/"):
                return 302, "", url


async def log_in(world, then: str = "/hub/home"):
    browser = world.browser()
    return (browser, *(await go(browser, f"{world.url}/hub/oauth_login?next={then}")))


async def test_the_log_in_page_leads_there(world, github):
    await world.start_hub(**settings(world))
    _, page = await world.browser().get("/hub/login")
    assert "Sign in with GitHub" in page and "password" not in page
    async with world.browser().session.get(f"{world.url}/hub/oauth_login", allow_redirects=False) as response:
        asked = parse_qs(urlparse(response.headers["Location"]).query)
    assert asked["redirect_uri"] == [f"{world.url}/hub/oauth_callback"] and asked["client_id"] == [CLIENT_ID]
    assert "scope" not in asked and SECRET not in response.headers["Location"]


@pytest.mark.parametrize("login", ["octocat", "OctoCat"])
async def test_listed_by_name_or_by_login(world, github, login):
    world.declare(octocat=person("octocat"))
    await world.start_hub(**settings(world))
    github.here = login
    browser, status, _, _ = await log_in(world)
    assert status == 200 and await browser.inside()
    row = orm.User.find(world.hub.db, "octocat")
    assert (row.admin, row.groups, row.encrypted_auth_state) == (False, [], None)


async def test_a_login_leads_to_a_person_and_a_name_does_not(world, github):
    """GitHub's octocat is not our octocat, who has another login there."""
    world.declare(
        octocat=person("octocat", login="real-octocat", admin=True, groups=["staff"]), ada=person("ada", login="eve")
    )
    await world.start_hub(**settings(world))
    for stranger in ("octocat", "ada", "mallory"):
        github.here = stranger
        browser, status, said, _ = await log_in(world)
        assert (status, said) == (
            403,
            f"{stranger} is not on the list of people who may use this hub. Ask whoever looks after this hub. "
            "To log in as somebody else, log out at GitHub first. Log in",
        )
        assert not await browser.inside()
    assert {row.name for row in world.hub.db.query(orm.User)} <= {"octocat", "ada"}
    github.here = "Real-Octocat"
    browser, status, _, _ = await log_in(world, "/hub/admin")
    assert status == 200
    assert [group.name for group in orm.User.find(world.hub.db, "octocat").groups] == ["staff"]


async def test_who_is_blocked_reads_so(world, github):
    world.declare(octocat=person("octocat", login="real-octocat", blocked=True), ada=person("ada"))
    await world.start_hub(**settings(world))
    github.here = "real-octocat"
    browser, status, said, _ = await log_in(world)
    assert (status, said) == (
        403,
        "real-octocat is blocked from this hub. Ask whoever looks after this hub. "
        "To log in as somebody else, log out at GitHub first. Log in",
    )
    assert not await browser.inside()
    github.here = "ada"
    assert (await log_in(world))[1] == 200


async def test_only_of_an_organization_or_a_team(world, github):
    world.declare(
        **{name: person(name) for name in ("member", "teammate", "stranger")}, ada=person("ada", login="lovelace")
    )
    github.organizations = {
        "lab": {"member", "lovelace", "unlisted"},
        "course/tutors": {"teammate", "ada"},
        "other": {"stranger"},
    }
    await world.start_hub(**settings(world, ["lab"], ["course/tutors"]))
    for login in ("member", "teammate", "lovelace"):
        github.here = login
        _, status, _, _ = await log_in(world)
        assert status == 200, login
    github.here = "stranger"
    _, status, said, _ = await log_in(world)
    assert status == 403 and said.startswith("stranger is not in an organization or team that may use this hub. Ask")
    assert not re.search("lab|course|tutors", said), "nobody is told which"
    for login in ("unlisted", "ada"):
        github.here = login
        assert (await log_in(world))[2].startswith(f"{login} is not on the list of people")


async def test_whoever_was_removed_is_out(world, github, monkeypatch):
    monkeypatch.setattr(keeper, "FRESH", 0.0)
    world.declare(octocat=person("octocat"), bob=person("bob"))
    await world.start_hub(**settings(world))
    browser, _, _, _ = await log_in(world)
    token = world.hub.users["octocat"].new_api_token(note="mine")
    asked = len(github.asked)
    await world.restart_hub(**settings(world))
    assert await browser.inside()
    world.declare(bob=person("bob"))

    async def out():
        return not await browser.inside() and (await world.api("GET", "/user", token=token))[0] == 403

    await world.until(out)
    assert (await log_in(world))[1] == 403
    world.declare(octocat=person("octocat", incarnation="b2"), bob=person("bob"))
    _, status, _, _ = await log_in(world)
    assert status == 200 and not await browser.inside() and (await world.api("GET", "/user", token=token))[0] == 403
    assert len(github.asked) == asked + 2, "GitHub is asked at a log-in, not at every page"


async def test_another_way_to_log_in_ends_what_was_given_for_this_one(world, github):
    world.declare(octocat=person("octocat"))
    await world.start_hub(**settings(world))
    browser, _, _, _ = await log_in(world)
    await world.restart_hub()
    assert not await browser.inside()


async def test_a_callback_that_nobody_here_began(world, github):
    """Log-in CSRF: somebody else's code, in this browser."""
    world.declare(octocat=person("octocat"))
    await world.start_hub(**settings(world))
    theirs = world.browser()
    async with theirs.session.get(f"{world.url}/hub/oauth_login", allow_redirects=False) as response:
        to = response.headers["Location"]
    async with theirs.session.get(to, allow_redirects=False) as response:
        callback = response.headers["Location"]
    status, said, _ = await go(world.browser(), callback)
    assert (status, said) == (400, "The log-in was not finished. Log in")
    ours = world.browser()
    async with ours.session.get(f"{world.url}/hub/oauth_login", allow_redirects=False):
        pass
    status, _, _ = await go(ours, callback)
    assert status == 400, "another state"
    assert (await go(theirs, callback))[0] == 302
    assert await theirs.inside()
    status, said, _ = await go(theirs, callback)
    assert status == 400, "once"


async def test_what_the_address_says_is_not_on_the_page(world, github):
    await world.start_hub(**settings(world))
    status, said, _ = await go(world.browser(), f"{world.url}/hub/oauth_callback?error=x&error_description=Call+0900")
    assert (status, said) == (400, "The log-in was not finished. Log in")


@pytest.mark.parametrize(
    "then", ["//evil.example/", "https://evil.example/", "/\\evil.example/", "\\\\evil.example/", "%2F%2Fevil.example/"]
)
async def test_no_way_out_through_next(world, github, then):
    world.declare(octocat=person("octocat"))
    await world.start_hub(**settings(world))
    _, _, _, url = await log_in(world, then)
    assert urlparse(url).netloc == urlparse(world.url).netloc


@pytest.mark.parametrize("away", ["trouble", "gone", "another secret"])
async def test_a_provider_that_does_not_do_its_part(world, github, away):
    world.declare(octocat=person("octocat"))
    if away == "another secret":
        world.monkeypatch.setenv("JUPYTERHUB_AUTHENTICATION_SECRET", "wrong")
    await world.start_hub(**settings(world))
    browser = world.browser()
    async with browser.session.get(f"{world.url}/hub/oauth_login", allow_redirects=False) as response:
        to = response.headers["Location"]
    async with browser.session.get(to, allow_redirects=False) as response:
        callback = response.headers["Location"]
    if away == "trouble":
        github.trouble = 503
    if away == "gone":
        await world.take_away("github")
    status, said, _ = await go(browser, callback)
    if away == "another secret":
        assert status in (403, 503) and "octocat" not in said
    else:
        assert (status, said) == (503, "GitHub does not answer at the moment. Try again in a minute. Log in")
    assert not await browser.inside()


async def test_without_its_secret_the_hub_does_not_start(world, github):
    world.monkeypatch.delenv("JUPYTERHUB_AUTHENTICATION_SECRET")
    await world.refuse_hub("JUPYTERHUB_AUTHENTICATION_SECRET is not set", **settings(world))


@pytest.mark.parametrize(
    "change,complaint",
    [
        ({"more": 1}, "unknown: authentication.more"),
        ({"organizations": "lab"}, "authentication.organizations must be list"),
        ({"teams": [1]}, "authentication.teams must be a list of texts"),
        ({"clientId": 3}, "authentication.clientId must be str"),
        ({"type": "gitlab"}, "authentication 'gitlab' is not yet supported"),
    ],
)
async def test_settings_that_are_not_understood(world, github, change, complaint):
    given = settings(world)
    given["authentication"].update(change)
    await world.refuse_hub(complaint, **given)
