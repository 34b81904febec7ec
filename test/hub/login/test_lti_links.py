"""Where a launch from a learning platform leads to: pages of the hub, and nowhere else."""

from urllib.parse import quote, urlsplit

import pytest
from conftest import person
from test_github import words
from test_lti import ASK, THERE, launch, lms, settings, start  # noqa: F401

LINK = "/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgit.example.org%2Fweek1&urlpath=lab%2Ftree%2Fa.ipynb"


@pytest.mark.parametrize(
    "link,to",
    [
        (f"{THERE}{LINK}", LINK),
        (LINK, LINK),
        # With HTTPS elsewhere, or before; only the path is used.
        (f"https://127.0.0.1:8000{LINK}#x", f"{LINK}#x"),
        (f"{THERE}/hub?next={quote(LINK, safe='')}", LINK),
        (f"{THERE}/hub/lti13/oauth_login?next={quote(THERE + LINK, safe='')}", LINK),
        (f"{THERE}/user/bob/lab", "/user/bob/lab"),
        (f"{THERE}/hub/spawn?profile=small", "/hub/spawn?profile=small"),
        # These lead where a log-in leads.
        *[(f"{THERE}{path}", "/hub/spawn") for path in ("", "/", "/hub", "/hub/", "/hub/login")],
        (f"{THERE}/hub/lti13/oauth_callback", "/hub/spawn"),
        (f"{THERE}/hub/lti13/oauth_login?x=1", "/hub/spawn"),
    ],
)
async def test_a_link_opens_the_page_that_it_names(world, lms, link, to):
    await start(world)
    _, answer = await launch(world, email="bob@example.org", _target_link_uri=link)
    assert (answer.status, answer.url) == (302, f"{world.url}{to}")


async def test_a_parameter_of_the_link_names_the_page_too(world, lms):
    """For platforms that know one address for all links."""
    await start(world)
    _, answer = await launch(world, email="bob@example.org", _custom={"next": LINK})
    assert answer.url == f"{world.url}{LINK}"
    for empty in ({}, {"next": ""}, "next", ["next"], {"next": None}):
        _, answer = await launch(world, email="bob@example.org", _custom=empty)
        assert answer.url == f"{world.url}/hub/home"


async def test_the_signed_address_counts_and_not_the_one_that_began_it(world, lms):
    await start(world)
    browser = world.browser()
    asked = await lms.begin(browser, target_link_uri=f"{THERE}/user/eve/lab", next="/user/eve/lab")
    token = lms.sign(lms.claims(asked, email="bob@example.org", _target_link_uri=f"{THERE}/user/bob/lab"))
    answer = await lms.finish(browser, token, lms.sent(asked)["state"])
    assert answer.url == f"{world.url}/user/bob/lab"


async def test_a_hub_below_a_path(world, lms):
    world.declare(bob=person("bob", login="bob@example.org"))
    given = settings(world)
    await world.start_hub(**{**given, "publicUrl": f"{THERE}/lab/", "baseUrl": "/lab/"})
    async with world.browser().session.get(f"{world.url}/lab/hub/lti13/config") as answer:
        assert (await answer.json())["oidc_initiation_url"] == f"{THERE}/lab/hub/lti13/oauth_login"
    validate = world.hub.authenticator
    assert validate.redirect_uri == f"{THERE}/lab/hub/lti13/oauth_callback"
    for link, there in (("/lab/user/bob/", True), ("/lab", True), ("/other", False), ("/labs/", False)):
        browser = world.browser()
        browser.url = f"{world.url}/lab"
        asked = await lms.begin(browser)
        token = lms.sign(lms.claims(asked, email="bob@example.org", _target_link_uri=f"{THERE}{link}"))
        answer = await lms.finish(browser, token, lms.sent(asked)["state"])
        assert answer.status == (302 if there else 400), link


ELSEWHERE = [
    "//evil.example/",
    "https://evil.example/",
    "https://evil.example/?next=/hub/home",
    "\t//evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://127.0.0.1:8000@evil.example/",
    "https://127.0.0.1:8000.evil.example/",
    "http://127.0.0.1:9/hub/home",
    f"{THERE}/hub?next=https%3A%2F%2Fevil.example%2F",
    f"{THERE}/hub?next=%2F%2Fevil.example%2F",
]
HARMLESS = [
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/%09/evil.example/",
    "/hub/../..//evil.example/",
    "http:evil",
]


@pytest.mark.parametrize("how", ["target", "custom"])
async def test_no_link_leads_away_from_the_hub(world, lms, how):
    await start(world)
    for link in [*ELSEWHERE, *HARMLESS]:
        where = {"_target_link_uri": link} if how == "target" else {"_custom": {"next": link}}
        if how == "custom" and "?next=" in link and link.startswith(THERE):
            continue  # The parameter is a page, and what that does with a query is its own.
        browser, answer = await launch(world, email="bob@example.org", **where)
        if link in ELSEWHERE:
            said = f"This link leads to another place than this hub. {ASK} Log in"
            assert (answer.status, words(answer.text)) == (400, said), link
            assert not await browser.inside(), link
        elif answer.status == 302:
            assert urlsplit(answer.url).netloc == urlsplit(world.url).netloc, link
