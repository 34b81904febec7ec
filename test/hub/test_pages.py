"""Pages whose stock text does not fit: each says one thing once and offers a way back."""

import html
import re

import pytest
from conftest import person


def words(page: str) -> str:
    """The text of a page, without menu and scripts."""
    body = re.sub(r"(?s)<(script|style|noscript|nav)\b.*?</\1>|<div class=\"modal.*", " ", page.split("<body>", 1)[1])
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.mark.parametrize(
    "path,status,said",
    [
        ("/hub/admin", 403, "This page is for admins. Home"),
        ("/hub/user/bob/lab", 404, "This server is not yours. Only its owner can open it; admins cannot either. Home"),
        (
            "/hub/user/nobody/lab",
            404,
            "This server is not yours. Only its owner can open it; admins cannot either. Home",
        ),
        ("/hub/spawn/bob", 404, "This server is not yours. Only its owner can open it; admins cannot either. Home"),
        (
            "/hub/api/oauth2/authorize?client_id=jupyterhub-user-bob&response_type=code",
            403,
            "This server is not yours. Only its owner can open it; admins cannot either. Home",
        ),
        ("/hub/nothing", 404, "There is nothing at this address. Home"),
        ("/hub/error/404?url=/x", 200, "There is nothing at this address. Home"),
        (
            "/hub/error/503?url=/user/ada/lab",
            200,
            "503 : Service Unavailable Your server appears to be down. Try restarting it from the hub Home",
        ),
        ("/hub/accept-share?code=x", 404, "Share not found or expired Home"),
    ],
)
async def test_an_error_is_said_once_and_leads_back(world, path, status, said):
    world.declare(ada=person("ada"), bob=person("bob"))
    await world.start_hub()
    await world.log_in("bob")
    await world.start_server("bob")
    browser = await world.log_in("ada")
    answer, page = await browser.get(path)
    assert (answer, words(page)) == (status, said)
    assert 'href="/hub/home">Home</a>' in page and 'id="logout"' in page


async def test_an_error_page_that_the_proxy_asks_for_knows_nobody(world):
    await world.start_hub()
    _, page = await world.browser().get("/hub/error/503?url=/user/ada/lab")
    assert words(page) == "503 : Service Unavailable Your server appears to be down. Try restarting it from the hub"
    assert 'id="login"' not in page and 'id="logout"' not in page


async def test_what_a_failed_start_says_is_said_once(world):
    world.declare(ada=person("ada"))
    world.docker.containers["P-u-ada"].refusal = "no space left"
    await world.start_hub()
    status, page = await (await world.log_in("ada")).spawn("ada")
    assert status == 503 and words(page).count("Docker could not start your server: no space left") == 1


async def test_the_admin_page_says_where_people_come_from(world):
    world.declare(root=person("root", admin=True))
    await world.start_hub()
    status, page = await (await world.log_in("root")).get("/hub/admin")
    assert status == 200 and "People, admin rights and groups come from the stack file" in words(page)
    assert 'id="react-admin-hook"' in page
    assert '.actions a:not([href^="/user/root/"])' in page
