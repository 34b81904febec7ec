"""Ids: of the template, of the Docker host's accounts, or of the log-in; and the homes of whoever has them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from fake_engine import INSTANCE, PREFIX, ROSTER, Said
from launcher.docker.once import LONGEST_OUTPUT
from launcher.refusal import Refusal
from launcher.servers.accounts import find
from launcher_world import World, document, use, world  # noqa: F401

PASSWD = """root:x:0:0:root:/root:/bin/bash
# a comment
grace:x:2002:100:Grace:/home/grace:/bin/bash
Joan:x:2003:2003::/home/joan:/bin/sh
twice:x:2004:2004::/:/bin/sh
twice:x:0:0::/:/bin/sh
Two:x:2005:2005::/:/bin/sh
TWO:x:2006:2006::/:/bin/sh
both:x:2007:2007::/:/bin/sh
BOTH:x:2008:2008::/:/bin/sh
short:x:2009:2009
signed:x:-1:2009::/:/bin/sh
arabic:x:٣:2009::/:/bin/sh
+nis::::::
"""


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("grace", (2002, 100)),
        ("joan", (2003, 2003)),
        ("twice", (2004, 2004)),
        ("both", (2007, 2007)),
        ("root", (0, 0)),
        ("two", "several accounts of the Docker host are called two: ask the administrator"),
        *[
            (name, f"the Docker host has no account {name}: ask the administrator for one")
            for name in ("nobody", "short", "signed", "arabic", "2002", "nis", "+nis", "# a comment", "")
        ],
    ],
)
def test_the_hosts_accounts(name: str, ids: tuple[int, int] | str) -> None:
    if isinstance(ids, tuple):
        assert find(name, PASSWD) == ids
    else:
        with pytest.raises(Refusal) as refused:
            find(name, PASSWD)
        assert (refused.value.status, refused.value.message) == (403, ids)


def everybody(index: int) -> dict[str, Any]:
    return document(others=use(index))


async def test_ids_of_the_host(world: World) -> None:
    world.engine.roster(everybody(2))
    world.engine.says["accounts"] = Said(stdout=PASSWD.encode())
    assert (await world.start("grace"))[0] == 200
    accounts, homes, server = world.engine.bodies
    assert (accounts["Cmd"], homes["Cmd"], server["User"]) == (["accounts"], ["homes"], "2002:100")
    assert sorted(world.engine.containers) == [ROSTER, f"{PREFIX}-u-grace"]
    assert world.engine.containers[f"{PREFIX}-u-grace"].files["/etc/group"][1] == "root:x:0:\n"
    assert await world.start("root") == (
        403,
        {
            "message": "root has uid 0 and gid 0; only 2000 to 2999 are allowed (launcher.uids): ask the administrator",
        },
    )
    assert await world.start("nobody") == (
        403,
        {"message": "the Docker host has no account nobody: ask the administrator for one"},
    )


async def test_accounts_that_cannot_be_read(world: World) -> None:
    world.engine.says["accounts"] = Said(1, stderr=b"cat: /host/passwd: Permission denied\n")
    assert await world.start("grace") == (
        502,
        {"message": "the accounts of the Docker host cannot be read: cat: /host/passwd: Permission denied"},
    )
    assert list(world.engine.containers) == [ROSTER]


async def test_accounts_are_read_anew_for_each_start_and_together_for_starts_at_once(world: World) -> None:
    world.engine.roster(everybody(2))
    world.engine.says["accounts"] = Said(stdout=PASSWD.encode())
    assert (await world.start("newcomer"))[0] == 403
    world.engine.says["accounts"] = Said(stdout=b"newcomer:x:2010:2010::/:/bin/sh\n")
    assert (await world.start("newcomer"))[0] == 200
    world.engine.bodies.clear()
    world.engine.says["accounts"] = Said(
        stdout="".join(f"p{number}:x:{2100 + number}:100::/:/bin/sh\n" for number in range(30)).encode()
    )
    answers = await asyncio.gather(*(world.start(f"p{number}") for number in range(30)))
    assert {code for code, _ in answers} == {200}
    assert len([body for body in world.engine.bodies if body.get("Cmd") == ["accounts"]]) < 10


@pytest.mark.parametrize(
    ("ids", "allowed"),
    [
        ("/2000/2999", True),
        ("/2500/100", True),
        ("/0/0", False),
        ("/0/100", False),
        ("/2000/0", False),
        ("/1999/2000", False),
        ("/3000/2000", False),
        ("/2000/3000", False),
        ("/9999999999/100", False),
        ("/4294967296/100", False),
    ],
)
async def test_ids_of_the_log_in(world: World, ids: str, allowed: bool) -> None:
    code, answer = await world.start("joan", ids)
    if allowed:
        assert code == 200
        assert world.engine.bodies[-1]["User"] == ids[1:].replace("/", ":")
    else:
        assert code == 403 and answer["message"].startswith("joan has uid ")
        assert world.engine.bodies == [] and world.engine.volumes == {}


async def test_the_program_for_homes_gets_its_request(world: World) -> None:
    hold = world.engine.held["DELETE"] = asyncio.Event()
    starting = asyncio.create_task(world.start("joan", "/2003/2100"))
    while not world.engine.asked("DELETE"):
        await asyncio.sleep(0.001)
    (homes,) = (one for name, one in world.engine.containers.items() if "-homes-" in name)
    assert json.loads(homes.stdin) == {
        "bases": ["/srv/homes"],
        "homes": [{"person": "joan", "base": 0, "parts": ["joan"], "uid": 2003, "gid": 2100}],
        "groups": [100, 2100],
        "mode": "0700",
        "skeleton": [],
        "volumes": [],
        # Of the templates with ranges that somebody has, and of those listed with an id of their own.
        "uids": [[2000, 2999], [2001, 2001]],
    }
    assert homes.body["Labels"] == {"jupyterhub.homes": INSTANCE}
    assert (homes.body["OpenStdin"], homes.body["StdinOnce"], homes.body["Tty"]) == (True, True, False)
    hold.set()
    assert (await starting)[0] == 200


async def test_a_long_output_is_read_whole_and_an_endless_one_is_not(world: World) -> None:
    lines = "".join(f"p{number}:x:{10000 + number}:100::/home/p{number}:/bin/sh\n" for number in range(50000))
    world.engine.says["accounts"] = Said(stdout=f"{lines}grace:x:2002:100::/:/bin/sh\n".encode())
    assert (await world.start("grace"))[0] == 200
    world.engine.says["accounts"] = Said(stdout=b"x" * (LONGEST_OUTPUT + 1))
    await world.person("grace", "/stop")
    assert await world.start("grace") == (
        503,
        {"message": "Docker does not answer: the program's output cannot be read"},
    )
    assert list(world.engine.containers) == [ROSTER]


async def test_what_a_short_lived_container_cannot_do_is_said(world: World) -> None:
    world.engine.answers["POST /containers/create?name=dev-abc-homes"] = (404, "No such image: hub:1")
    assert await world.start("alan") == (502, {"message": "Docker does not make the server: No such image: hub:1"})
    del world.engine.answers["POST /containers/create?name=dev-abc-homes"]
    world.engine.answers["POST /containers/0"] = (500, "mkdir /srv/homes: read-only file system")
    assert (await world.start("alan"))[0] == 502
    assert list(world.engine.containers) == [ROSTER]
