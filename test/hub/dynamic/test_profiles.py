"""A profile is chosen on the page or by the API, remembered, and refused to whom it is not offered."""

import re

import pytest
from conftest import person
from declared import context
from fakes import Container
from test_launching import DUMMY
from test_pages import words

SMALL = {"slug": "small", "displayName": "Small", "description": "For <b>most</b>"}
GPU = {"slug": "gpu", "displayName": "With a GPU", "description": "", "images": ["datascience", "lab 2"]}
ROSTER = {
    "profiles": [SMALL, GPU, {"slug": "big", "displayName": "Big", "description": ""}],
    "menus": [{"of": [0, 1], "default": 0}, {"of": [0], "default": 0}, {"of": [1], "default": 1}],
    "others": 1,
}
SETTINGS = {"dynamic": {"allow": "all", "ids": None, "groups": False}}


@pytest.fixture
async def offered(world):
    world.list_people(
        ada=person("ada"),
        bob=person("bob", menu=1),
        eve=person("eve", menu=2),
        root=person("root", admin=True),
        ROSTER=ROSTER,
    )
    await world.start_hub(**DUMMY, **world.make_dynamic())
    return world


async def form(browser, name="ada"):
    status, page = await browser.get(f"/hub/spawn/{name}")
    assert status == 200
    return page


async def post(browser, path, **fields):
    await browser.get("/hub/home")
    xsrf = browser.session.cookie_jar.filter_cookies(browser.url + "/hub/")["_xsrf"].value
    address = f"{browser.url}/hub/spawn/{path}"
    async with browser.session.post(address, data={"_xsrf": xsrf, **fields}, allow_redirects=False) as response:
        return response.status, await response.text()


def checked(page):
    found = re.findall(r'(?s)<input class="form-check-input"[^>]*value="([^"]+)"[^>]*\bchecked\b', page)
    return found, re.findall(r'<option value="([^"]+)" selected', page)


async def test_the_page_shows_what_the_person_may_take_and_no_more(offered):
    page = await form(await offered.log_in("ada"))
    assert words(page) == ("Start your server Profile Small For <b>most</b> With a GPU Image datascience lab 2 Start")
    assert "<b>most" not in page and 'value="big"' not in page
    assert checked(page) == (["small"], ["datascience"])
    for label in re.findall(r'<label[^>]* for="([^"]+)"', page):
        assert f'id="{label}"' in page
    for described in re.findall(r'aria-describedby="([^"]+)"', page):
        assert f'id="{described}"' in page
    assert page.index("<fieldset") < page.index("<legend") < page.index('type="radio"')
    assert not offered.launcher.profiles


async def test_one_profile_and_no_choice_no_page(offered):
    for name in ("bob", "mallory"):
        browser = await offered.log_in(name)
        status, _ = await browser.spawn(name)
        assert status == 302 and offered.launcher.profiles[name] == ["small"]


async def test_one_profile_with_images_is_a_choice(offered):
    browser = await offered.log_in("eve")
    page = await form(browser, "eve")
    assert words(page) == "Start your server With a GPU Image datascience lab 2 Start"
    assert (await post(browser, "eve", **{"profile": "gpu", "image--gpu": "lab 2"}))[0] == 302
    await offered.until(lambda: offered.spawner("eve").ready)
    assert offered.launcher.profiles["eve"] == ["gpu~lab 2"]


async def test_what_was_taken_is_the_default_next_time_also_after_a_restart(offered):
    browser = await offered.log_in("ada")
    fields = {"profile": "gpu", "image--gpu": "lab 2"}
    assert (await post(browser, "ada", **fields))[0] == 302
    await offered.until(lambda: offered.spawner("ada").ready)
    assert offered.launcher.profiles["ada"] == ["gpu~lab 2"]
    await offered.api("DELETE", "/users/ada/server")
    assert checked(await form(browser)) == (["gpu"], ["lab 2"])
    await offered.restart_hub(**DUMMY, **SETTINGS)
    assert checked(await form(browser)) == (["gpu"], ["lab 2"])
    await offered.start_server("ada")
    assert offered.launcher.profiles["ada"] == ["gpu~lab 2"] * 2
    # Safe mode says nothing of a profile, and takes none away.
    await offered.api("DELETE", "/users/ada/server")
    await offered.start_server("ada", json={"safe": True})
    assert offered.launcher.profiles["ada"] == ["gpu~lab 2"] * 3 and offered.spawner("ada").safe_mode
    assert offered.spawner("ada").orm_spawner.user_options == {"profile": "gpu", "image": "lab 2"}


@pytest.mark.parametrize(
    "options,taken",
    [
        ({"profile": "gpu"}, "gpu~datascience"),
        ({"profile": "gpu", "image": "lab 2"}, "gpu~lab 2"),
        ({"user_options": {"profile": "small"}}, "small"),
        ({"user_options": None}, "small"),
        ({"user_options": {"profile": "small", "anything": [1]}}, "small"),
        ({}, "small"),
    ],
)
async def test_by_the_api(offered, options, taken):
    await offered.log_in("ada")
    await offered.start_server("ada", json=options)
    assert offered.launcher.profiles["ada"] == [taken]


REFUSED = [
    ({"profile": "big"}, "ada may not take the profile big."),
    ({"profile": "no-such"}, "ada may not take the profile no-such."),
    ({"profile": "default"}, "ada may not take the profile default."),
    ({"profile": "../small"}, "ada may not take the profile ../small."),
    ({"profile": "small~61"}, "ada may not take the profile small~61."),
    ({"profile": ["gpu"]}, "ada may not take the profile that was asked for."),
    ({"profile": {"gpu": 1}}, "ada may not take the profile that was asked for."),
    ({"profile": None}, "ada may not take the profile that was asked for."),
    ({"profile": "small", "image": "datascience"}, "ada may not choose the image datascience for the profile small."),
    ({"profile": "gpu", "image": "evil"}, "ada may not choose the image evil for the profile gpu."),
    ({"image": "datascience"}, "ada may not choose the image datascience for the profile small."),
]


@pytest.mark.parametrize("options,said", REFUSED)
async def test_a_profile_that_is_not_theirs_is_refused_by_the_api_and_not_remembered(offered, options, said):
    await offered.log_in("ada")
    mine = offered.hub.users["ada"].new_api_token(note="mine")
    for body in (options, {"user_options": options}):
        status, answer = await offered.api("POST", "/users/ada/server", token=mine, json=body)
        assert (status, answer["message"]) == (403, said)
    assert not offered.launcher.profiles and not offered.spawner("ada").active
    await offered.start_server("ada")
    assert offered.launcher.profiles["ada"] == ["small"]


@pytest.mark.parametrize("fields", [{"profile": "big"}, {"profile": "gpu", "image--gpu": "evil"}, {"image": "x"}])
async def test_and_by_the_form_which_comes_again_with_the_reason(offered, fields):
    browser = await offered.log_in("ada")
    status, page = await post(browser, "ada", **fields)
    assert status == 403 and "Error: ada may not " in page and checked(page)[0] == ["small"]
    assert not offered.launcher.profiles


async def test_and_by_an_address(offered):
    ada, bob = await offered.log_in("ada"), await offered.log_in("bob")
    status, page = await ada.get("/hub/spawn/ada?profile=big")
    assert status == 403 and "may not take the profile big" in page
    status, page = await bob.get("/hub/spawn/bob?opt-profile=gpu")
    assert status == 403 and "bob may not take the profile gpu" in page, "and no other is started in its place"
    assert not offered.launcher.profiles
    assert (await ada.get("/hub/spawn/ada?opt-profile=gpu"))[0] == 302
    await offered.until(lambda: offered.spawner("ada").ready)
    assert offered.launcher.profiles["ada"] == ["gpu~datascience"]


async def test_a_profile_that_was_written_down_for_later_is_refused_too(offered):
    """By a request that only changes a server, JupyterHub keeps any options."""
    await offered.log_in("ada")
    assert (await offered.api("PATCH", "/users/ada/server", json={"user_options": {"profile": "big"}}))[0] == 200
    await offered.start_server("ada")
    assert offered.launcher.profiles["ada"] == ["small"], "it is not theirs, so it is as if they had taken none"


async def test_a_list_that_changes_while_the_hub_runs(offered):
    await offered.log_in("ada")
    await offered.start_server("ada", json={"profile": "gpu"})
    await offered.api("DELETE", "/users/ada/server")
    offered.list_people(ada=person("ada", menu=1), ROSTER=ROSTER)
    await offered.until(lambda: context.current().keeper.get("ada").menu == 1)
    status, answer = await offered.api("POST", "/users/ada/server", json={"profile": "gpu"})
    assert (status, answer["message"]) == (403, "ada may not take the profile gpu.")
    await offered.start_server("ada")
    assert offered.launcher.profiles["ada"] == ["gpu~datascience", "small"]
    await offered.api("DELETE", "/users/ada/server")
    offered.list_people(ada=person("ada"))
    await offered.until(lambda: context.current().keeper.roster.menu("ada") is None)
    await offered.start_server("ada")
    assert offered.launcher.profiles["ada"][-1] == "default", "there are no profiles any more"
    await offered.api("DELETE", "/users/ada/server")
    status, answer = await offered.api("POST", "/users/ada/server", json={"profile": "small"})
    assert (status, answer["message"]) == (403, "There are no profiles here.")
    assert (await offered.api("POST", "/users/ada/server", json={"image": "evil"}))[0] == 400


async def test_an_admin_starts_somebody_elses_server_with_what_is_offered_to_them(offered):
    browser = await offered.log_in("root")
    page = await form(browser, "ada")
    assert checked(page)[0] == ["small"]
    status, page = await post(browser, "bob", profile="gpu")
    assert status == 403 and "bob may not take the profile gpu" in page
    ada = await offered.log_in("ada")
    status, _ = await post(ada, "bob", profile="small")
    assert status in (403, 404) and not offered.launcher.profiles


async def test_a_notice_is_on_the_same_page(offered):
    browser = await offered.log_in("ada")
    context.current().notices.leave("ada", "A new disk.")
    assert words(await form(browser)).startswith("A new disk. Start your server Profile Small")
    context.current().notices.hold("Maintenance.")
    page = await form(browser)
    assert "Servers cannot be started at the moment." in page and 'type="radio"' not in page


async def test_a_failed_start_is_tried_again_with_the_same_profile(offered):
    browser = await offered.log_in("ada")
    offered.launcher.next = Container(starts=False, exit_code=3)
    await post(browser, "ada", **{"profile": "gpu", "image--gpu": "lab 2"})
    await offered.until(lambda: not offered.spawner("ada").active)
    assert checked(await form(browser)) == (["gpu"], ["lab 2"])
    assert (await post(browser, "ada", safe="1"))[0] == 302
    await offered.until(lambda: offered.spawner("ada").ready)
    assert offered.launcher.profiles["ada"] == ["gpu~lab 2"] * 2 and offered.spawner("ada").safe_mode


async def test_a_server_that_ran_already_is_taken_with_the_profile_that_it_has(offered):
    await offered.log_in("ada")
    await offered.start_server("ada", json={"profile": "gpu"})
    await offered.stop_hub()
    (offered.data_dir / "jupyterhub.sqlite").unlink()
    await offered.start_hub(**DUMMY, **SETTINGS)
    await offered.until(lambda: "ada" in offered.hub.users and offered.spawner("ada").ready)
    assert offered.launcher.profiles["ada"] == ["gpu~datascience"]
    assert offered.spawner("ada").user_options == {"profile": "gpu", "image": "datascience"}
