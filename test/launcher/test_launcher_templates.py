"""The file of templates is read strictly, and filled without any value being read again."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest
from launcher.document import filling, policy
from launcher.document.filling import Given
from launcher.document.policy import Choice, Policy
from launcher.document.reader import FileError
from launcher.document.templates import Ids, template_of
from launcher.names import Server
from launcher_world import D, document, entry, labels, profiles, template


def parsed(given: dict[str, Any] | None = None) -> Policy:
    return policy.parse(json.dumps(given or document()).encode())


def test_what_the_program_writes_is_read() -> None:
    read = parsed()
    assert (read.servers, read.starts_per_minute, read.blocked) == (500, 1000, {"eve"})
    assert sorted(read.people) == ["ada", "alan", "grace", "joan"]
    assert read.people["grace"].menu["default"].template.ids == Ids("host", 2000, 2999)
    assert read.use("ada") is read.people["ada"] and read.use("bob") is read.others
    assert (read.named_servers, read.gpus) == (2, [])
    chosen = parsed(profiles())
    assert chosen.gpus == ["0", "1"]
    assert {key: one.gpus for key, one in chosen.people["ada"].menu.items()} == {
        "small": 0,
        "small~base": 0,
        "small~data science": 0,
        "gpu": 1,
        "two-gpus": 2,
    }


PLACES: list[tuple[str, list[Any]]] = [
    ("", []),
    ("limits", ["limits"]),
    ("templates[1]", ["templates", 1]),
    ("templates[1].files[0]", ["templates", 1, "files", 0]),
    ("templates[1].home", ["templates", 1, "home"]),
    ("templates[2].ids", ["templates", 2, "ids"]),
    ("menus[0].default", ["menus", 0, "default"]),
    ("people.ada", ["people", "ada"]),
    ("others", ["others"]),
    ("homes", ["homes"]),
    ("homes.request", ["homes", "request"]),
    ("accounts", ["accounts"]),
]


def at(given: Any, path: list[Any]) -> Any:
    for key in path:
        given = given[key]
    return given


@pytest.mark.parametrize(("shown", "path"), PLACES)
def test_unknown_missing_and_wrong_keys_are_named(shown: str, path: list[Any]) -> None:
    dot = f"{shown}." if shown else ""
    given = document()
    at(given, path)["oops"] = 1
    with pytest.raises(FileError, match=f"^unknown: {dot}oops".replace("[", r"\[")):
        parsed(given)
    keys = list(at(document(), path))
    assert keys
    for key in keys:
        given = document()
        del at(given, path)[key]
        with pytest.raises(FileError) as missing:
            parsed(given)
        assert str(missing.value) == f"{dot}{key} is missing"
        given = document()
        at(given, path)[key] = 1.5
        with pytest.raises(FileError) as wrong:
            parsed(given)
        assert str(wrong.value).startswith(f"{dot}{key} ")


WRONG = [
    (["version"], 1, "version must be a whole number from 2 to 2"),
    (["version"], 3, "version must be a whole number from 2 to 2"),
    (["version"], True, "version must be a whole number from 2 to 2"),
    (["limits", "servers"], 0, "limits.servers must be a whole number from 1"),
    (["namedServers"], -1, "namedServers must be a whole number from 0 to 20"),
    (["namedServers"], 21, "namedServers must be a whole number from 0 to 20"),
    (["menus", 0, "default", "template"], 4, "menus\\[0\\].default.template must be a whole number from 0 to 3"),
    (["menus", 0, "default", "template"], -1, "menus\\[0\\].default.template must be a whole number from 0 to 3"),
    (["menus", 0, "default", "definition"], "d", "menus\\[0\\].default.definition must be 16 hexadecimal digits"),
    (["menus", 0, "default", "gpus"], 1, "menus\\[0\\].default.gpus must be a whole number from 0 to 0"),
    (["menus", 0], {}, "menus\\[0\\] must have a profile"),
    (["menus", 0], [], "menus\\[0\\] must be an object"),
    *[
        (["menus", 0], {key: entry(0)}, "menus\\[0\\] has a key that is no profile")
        for key in ("", "~", "a~", "~a", "A", "a_b", "-a", "a-", "a--b", "a" * 41, "a/b", "a\n", f"a~{'x' * 61}")
    ],
    *[
        (["menus", 0], {key: entry(0)}, "menus\\[0\\] has a key that is no profile")
        for key in ("\0profile\0", "a~\0token\0", "a~" + "李" * 21)
    ],
    (["people", "ada", "menu"], 4, "people.ada.menu must be a whole number from 0 to 3"),
    (["people", "ada", "menu"], -1, "people.ada.menu must be a whole number from 0 to 3"),
    (["people", "ada", "vars"], {"definition": D}, "unknown: people.ada.vars.definition"),
    (["people", "ada", "vars"], {"image": "x"}, "unknown: people.ada.vars.image"),
    (["people", "ada", "vars"], {"uid": "root"}, "people.ada.vars.uid must be digits"),
    (["people", "ada", "vars"], {"gid": "٣"}, "people.ada.vars.gid must be digits"),
    (["people", "ada", "vars"], {"fresh": "\0token\0"}, "people.ada.vars have no placeholders"),
    (["templates", 2, "ids", "range"], [0, 5], r"templates\[2\].ids.range\[0\] must be a whole number from 1"),
    (["templates", 2, "ids", "range"], [5, 4], r"templates\[2\].ids must have"),
    (["templates", 2, "ids", "range"], [5], r"templates\[2\].ids must have"),
    (["templates", 2, "ids", "from"], "hub", r"templates\[2\].ids must have"),
    (["templates", 1, "files", 0, "path"], "etc/passwd", r"templates\[1\].files\[0\].path must be an absolute path"),
    (["templates", 1, "files", 0, "path"], "/x/../etc", r"templates\[1\].files\[0\].path must be an absolute path"),
    (["templates", 1, "files", 0, "mode"], 0o4755, r"templates\[1\].files\[0\].mode must be a whole number"),
    (["templates", 0, "create", "Labels"], {}, r"create.Labels has not the right jupyterhub.instance"),
    (["templates", 0, "create", "Labels"], labels("ada"), r"create.Labels has not the right jupyterhub.person"),
    *[
        (["templates", 0, "create", "Labels"], labels(**{label: "x"}), f"create.Labels has not the right {label}$")
        for label in ("jupyterhub.launched", "jupyterhub.server", "jupyterhub.profile", "jupyterhub.instance")
    ],
    (["homes"], None, r"templates\[1\].home needs homes"),
    (["registry"], {"auth": "YQ=="}, "registry.fingerprint is missing"),
    (["registry"], {"auth": "YQ==", "fingerprint": "0", "user": "a"}, "unknown: registry.user"),
    # It becomes a line of a request.
    (["registry"], {"auth": "YQ==\r\nX: y", "fingerprint": "0"}, "registry.auth must be in base64"),
    (["accounts"], None, r"templates\[2\].ids needs accounts"),
]


@pytest.mark.parametrize(("path", "value", "message"), WRONG)
def test_wrong_values_are_named(path: list[Any], value: Any, message: str) -> None:
    given = document()
    at(given, path[:-1])[path[-1]] = value
    with pytest.raises(FileError, match=message):
        parsed(given)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b"1"])
def test_what_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(FileError):
        policy.parse(content)


def test_no_message_shows_a_value() -> None:
    given = document()
    given["templates"][0]["create"] = "secret"
    with pytest.raises(FileError) as refused:
        parsed(given)
    assert "secret" not in str(refused.value)


def values(server: str, who: str = "ada", ids: tuple[int, int] | None = None) -> dict[str, str]:
    use = parsed().people[who]
    person, _, name = server.partition("/")
    choice = Choice("default", use.menu["default"], use.vars)
    return filling.values(Server(person, name), choice, "dev-abc", Given(ids))


def test_every_placeholder_has_its_value() -> None:
    having = values("ada")
    token = having.pop("token")
    assert len(token) == 48 and int(token, 16) >= 0
    assert having == {
        "incarnation": "i-ada",
        "definition": "e2cf389aff3f0bcd",
        "fresh": "-2",
        "name": "ada",
        "server": "",
        "server_path": "",
        "profile": "default",
        "slug": "ada",
        "container": "dev-abc-u-ada",
        "escaped": "ada",
        "client_id": "jupyterhub-user-ada",
        "json_name": "ada",
        "ds_escaped": "ada",
        "home_name": "ada",
        "home_slug": "ada",
        "home_ds": "ada",
    }
    assert {key: value for key, value in values("alan", "alan").items() if "id" in key and "_" not in key} == {
        "uid": "2001",
        "gid": "2001",
    }
    assert values("grace", "grace", (2002, 100))["uid"] == "2002"


def test_a_further_server_has_a_container_and_a_client_of_its_own_and_the_same_home() -> None:
    own, further = values("ada"), values("ada/work")
    assert {key: value for key, value in further.items() if key != "token" and value != own[key]} == {
        "server": "work",
        "server_path": "work/",
        "slug": "ada-work--ufkqozrdcq5fp65t",
        "container": "dev-abc-u-ada-work--ufkqozrdcq5fp65t",
        "client_id": "jupyterhub-user-ada~work",
    }
    assert own["token"] != further["token"]


def test_gpus_have_a_placeholder_each() -> None:
    use = parsed(profiles()).people["ada"]
    having = filling.values(Server("ada"), Choice("gpu", use.menu["gpu"], use.vars), "dev-abc", Given(None, ["1", "x"]))
    assert {key: value for key, value in having.items() if "gpu" in key} == {"gpu1": "1", "gpu2": "x"}
    assert having["profile"] == "gpu"


def test_the_definition_is_the_profiles_and_of_what_differs_for_the_person() -> None:
    """As components/user does it."""
    made = parsed().people["ada"].menu["default"]
    assert Choice("default", made, {"incarnation": "i"}).definition == D
    variables = {"uid": "2001", "incarnation": "i", "gid": "2002"}
    whole = f"{D}\0gid=2002\0uid=2001"
    expected = hashlib.sha256(whole.encode()).hexdigest()[:16]
    assert Choice("default", made, variables).definition == expected
    assert Choice("default", made, {**variables, "incarnation": "j"}).definition == expected


def test_everything_in_a_template_is_filled() -> None:
    given = {"a\0name\0": ["\0name\0\0slug\0", 1, None, True, {"b": "x\0uid\0y\0gid\0"}], "c": "plain"}
    having = {"name": "N", "slug": "S", "uid": "1", "gid": "2"}
    before = copy.deepcopy(given)
    assert filling.fill(given, having) == {"aN": ["NS", 1, None, True, {"b": "x1y2"}], "c": "plain"}
    assert given == before


def test_a_value_is_not_read_again() -> None:
    assert filling.fill("\0name\0", {"name": "\0token\0", "token": "secret"}) == "\0token\0"


@pytest.mark.parametrize("text", ["\0", "\0\0", "\0nam\0", "\0name", "name\0", "\0name\0\0", "\0Name\0", "\0 name\0"])
def test_an_unknown_placeholder_is_an_error(text: str) -> None:
    for given in (text, [text], {"a": text}, {text: "a"}):
        with pytest.raises(filling.UnknownPlaceholder):
            filling.fill(given, {"name": "N"})


@pytest.mark.parametrize(
    ("name", "gid", "line"),
    [
        ("ada", 2001, "ada:x:2001:\n"),
        ("ada", 100, ""),
        ("ada", 0, ""),
        ("root", 2001, "group2001:x:2001:\n"),
        ("42", 2001, "group2001:x:2001:\n"),
        ("٣", 2001, "٣:x:2001:\n"),
    ],
)
def test_the_primary_group(name: str, gid: int, line: str) -> None:
    assert filling.primary_group(name, gid, template_of("t", template(), "abc")) == line


@pytest.mark.parametrize(
    ("uid", "gid", "allowed"),
    [
        (2000, 2999, True),
        (2999, 100, True),
        (1999, 2000, False),
        (3000, 2000, False),
        (2000, 1999, False),
        (0, 0, False),
        (2000, 0, False),
        (100, 2000, False),
    ],
)
def test_the_range_of_ids(uid: int, gid: int, allowed: bool) -> None:
    assert Ids("claims", 2000, 2999).allow(uid, gid) is allowed
