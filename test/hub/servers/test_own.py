"""What people read of their own server while it does not answer, and nobody of another's."""

import json

import pytest
from conftest import ADMIN_TOKEN, person
from declared.servers.own import words

MENDED = "Its kernels have ended; files that were saved are there."


@pytest.mark.parametrize(
    "changed,said",
    [
        ({}, "Your server runs, but does not answer at the moment."),
        ({"restarts": 2}, f"Your server ended, and starts again. {MENDED}"),
        (
            {"restarting": True, "oom_killed": True, "exit_code": 137},
            f"Your server ended because it needed more than its memory, and starts again. {MENDED}",
        ),
        ({"restarting": True, "exit_code": 1}, f"Your server ended (exit code 1), and starts again. {MENDED}"),
        (
            {"running": False, "oom_killed": True, "exit_code": 137},
            f"Your server ended because it needed more than its memory. {MENDED} "
            "It can be started again from the hub's page.",
        ),
        (
            {"running": False, "exit_code": 143},
            f"Your server ended (exit code 143). {MENDED} It can be started again from the hub's page.",
        ),
    ],
)
async def test_the_owner_reads_what_is_true(world, changed, said):
    world.declare(ada=person("ada"))
    await world.start_hub()
    browser = await world.log_in("ada")
    await world.start_server("ada")
    for key, value in changed.items():
        setattr(world.docker.containers["P-u-ada"], key, value)
    status, text = await browser.get("/hub/own-server")
    assert (status, json.loads(text)) == (200, {"url": "/user/ada/", "message": said})


async def test_its_container_is_gone_or_docker_is_silent(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    browser = await world.log_in("ada")
    container = world.docker.containers.pop("P-u-ada")
    _, text = await browser.get("/hub/own-server")
    assert json.loads(text)["message"] == "Your server has no container. Tell whoever looks after this hub."
    world.docker.containers["P-u-ada"] = container
    world.docker.trouble = "502"
    _, text = await browser.get("/hub/own-server")
    assert json.loads(text)["message"] == "Your server does not answer at the moment."


def test_what_the_hub_is_doing_with_it_comes_first():
    assert words("stop", {"State": {"Running": False}}) == "Your server is being stopped."
    assert words("spawn", {"State": {"Running": False}}) == "Your server starts."


async def test_nobody_learns_anything_of_somebody_elses(world):
    world.declare(ada=person("ada"), root=person("root", admin=True))
    await world.start_hub()
    await world.log_in("ada")
    await world.start_server("ada")
    world.docker.containers["P-u-ada"].restarting = True
    status, text = await world.browser().get("/hub/own-server")
    assert (status, json.loads(text)) == (403, {"status": 403, "message": "Log in first."})
    root = await world.log_in("root")
    for ask in ("", "?user=ada", "?name=ada", "?url=/user/ada/", "/ada"):
        status, text = await root.get(f"/hub/own-server{ask}")
        assert "ada" not in text.split("<body>")[0] and "starts again" not in text, ask
        assert status == (404 if ask == "/ada" else 200)
    # A token is not taken: no program needs it, and the admin's belongs to no person.
    status, text = await world.browser().get("/hub/own-server", headers={"Authorization": f"token {ADMIN_TOKEN}"})
    assert status == 403
