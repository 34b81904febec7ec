"""What the program writes for a stack that has some of everything, read and filled as for a start.

test/support/unit/launcherFixture.ts writes the fixture, and the unit tests hold it to the program.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from launcher import labels
from launcher.document import policy
from launcher.document.choices import choose
from launcher.document.filling import Given, fill, values
from launcher.document.policy import Choice, Policy
from launcher.names import Server
from launcher.servers.homes import request, wanted

FIXTURE = json.loads((Path(__file__).parents[1] / "unit/fixtures/launcher-document.json").read_text())
DOCUMENT: dict[str, Any] = FIXTURE["document"]
DEFINITIONS: dict[str, dict[str, str]] = FIXTURE["definitions"]
"""What the program expects: by person, empty for whoever is not listed, and key of the menu."""
STRANGER = "mary o"
IDS = (2500, 2501)
"""Of whoever is not listed, as the Docker host has them."""

CASES = [
    (person, key, server, expected)
    for person, menu in DEFINITIONS.items()
    for key, expected in menu.items()
    for server in ("", "work")
]


def test_what_the_config_takes_at_its_limits_is_taken_here() -> None:
    file = Path(__file__).parents[1] / "unit/fixtures/extreme-stack.json"
    read = policy.parse(json.dumps(json.loads(file.read_text())["document"]).encode())
    assert len(read.gpus) == 64 and read.named_servers == 20 and read.others is not None
    gpus = sorted({entry.gpus for menu in read.menus for entry in menu.values()})
    assert gpus == [64] and any(len(key.encode()) > 80 for menu in read.menus for key in menu)


@pytest.fixture(scope="module")
def read() -> Policy:
    return policy.parse(json.dumps(DOCUMENT).encode())


def taken(read: Policy, server: Server, key: str) -> tuple[Choice, dict[str, str]]:
    choice = choose(read, server, key, None)
    ids = None if choice.template.ids is None else IDS
    return choice, values(server, choice, read.prefix, Given(ids, read.gpus[: choice.entry.gpus]))


@pytest.mark.parametrize(("person", "key", "server", "expected"), CASES)
def test_the_definition_is_the_one_that_the_program_expects(
    read: Policy, person: str, key: str, server: str, expected: str
) -> None:
    whose = Server(person or STRANGER, server)
    choice, having = taken(read, whose, key)
    made = fill(choice.template.create, having)["Labels"]
    assert made["jupyterhub.definition"] == expected
    assert (labels.server_of(made), made[labels.PROFILE_LABEL]) == (whose, key)
    assert (made[labels.INSTANCE_LABEL], made[labels.LAUNCHED_LABEL]) == (DOCUMENT["instance"], "true")
    variables = DOCUMENT["people"].get(person, DOCUMENT["others"])["vars"]
    assert made[labels.INCARNATION_LABEL] == variables["incarnation"]
    if choice.entry.gpus > 0:
        assert made[labels.GPUS_LABEL].split(",") == DOCUMENT["gpus"][: choice.entry.gpus]


@pytest.mark.parametrize(("person", "key", "server", "expected"), CASES)
def test_nothing_stays_unfilled(read: Policy, person: str, key: str, server: str, expected: str) -> None:
    choice, having = taken(read, Server(person or STRANGER, server), key)
    template = choice.template
    filled = fill([template.create, *[[file.path, file.content] for file in template.files], template.volumes], having)
    if template.home is not None:
        assert read.homes is not None
        home = wanted(template.home, having)
        filled += [request(read, home), fill(read.homes.create, {"base": home.base})]
    assert "\\u0000" not in json.dumps(filled)


def test_the_fixture_has_some_of_everything(read: Policy) -> None:
    """Otherwise the tests above would show less than they say."""
    assert DEFINITIONS.keys() == {*read.people, ""}
    assert read.others is not None
    assert {name: [*menu] for name, menu in DEFINITIONS.items()} == {
        **{name: [*use.menu] for name, use in read.people.items()},
        "": [*read.others.menu],
    }
    uses = [*DOCUMENT["people"].values(), DOCUMENT["others"]]
    assert {variable for use in uses for variable in use["vars"]} == policy.VARS
    used = {entry["template"] for use in uses for entry in DOCUMENT["menus"][use["menu"]].values()}
    assert used == set(range(len(DOCUMENT["templates"])))
    templates = DOCUMENT["templates"]
    for key in ("files", "volumes", "home", "ids", "taken", "known"):
        assert {bool(template[key]) for template in templates} == {True, False}, key
    assert read.homes is not None and read.accounts is not None and read.named_servers > 0
    keys = {key for menu in read.menus for key in menu}
    assert {entry.gpus for menu in read.menus for entry in menu.values()} == {0, 1, 2} and any(
        "~" in key for key in keys
    )
