"""Names: the same rules as the program's, and none that means something to a path, a mount or a file of accounts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from launcher import names, paths
from launcher.names import Server

FIXTURE = Path(__file__).parents[1] / "unit/fixtures/name-forms.json"

FORMS = [
    ("ada", "ada", "ada", "jupyterhub-user-ada", "ada", "ada"),
    (
        "o'x 李",
        "o-x--3ofzmavbgx4d2rmn",
        "o%27x%20%E6%9D%8E",
        "jupyterhub-user-o%27x%20%E6%9D%8E",
        "o'x \\u674e",
        "o-27x-20-e6-9d-8e",
    ),
    (
        "ada.lovelace@lab",
        "ada-lovelace--gtqv7krwz4qpj4nx",
        "ada.lovelace@lab",
        "jupyterhub-user-ada.lovelace%40lab",
        "ada.lovelace@lab",
        "ada-2elovelace-40lab",
    ),
]


def forms(name: str) -> tuple[str, ...]:
    return (
        name,
        names.slug(name),
        names.escaped(name),
        names.oauth_client_id(Server(name)),
        names.in_json(name),
        names.docker_spawner_escape(name),
    )


@pytest.mark.parametrize("expected", FORMS)
def test_forms(expected: tuple[str, ...]) -> None:
    assert forms(expected[0]) == expected


def test_forms_are_the_programs() -> None:
    listed = json.loads(FIXTURE.read_text())
    assert len(listed) >= 40
    keys = ("name", "slug", "escaped", "client_id", "json_name", "ds_escaped")
    assert [forms(one["name"]) for one in listed] == [tuple(one[key] for key in keys) for one in listed]
    further = [Server(one["name"], one["server"]) for one in listed]
    assert [(names.slug(str(one)), names.oauth_client_id(one)) for one in further] == [
        (one["named_slug"], one["named_client_id"]) for one in listed
    ]
    spelled = [one["name"] for one in listed if one["name"] == names.normalise(one["name"])]
    assert len(spelled) >= 40 and [name for name in spelled if not names.good(name)] == []


GOOD = ["a", "_x", "7", "ada lovelace", "o+o", "a-b.c@d", "李雷", "josé", "ñandú", "अदिति", "א", "a" * 255, "𠮷" * 255]


@pytest.mark.parametrize("name", GOOD)
def test_good_names(name: str) -> None:
    assert names.good(name)
    assert names.from_hex(name.encode().hex()) == name


BAD = [
    *["", " ", "a ", " a", ".", "..", ".a", "-a", "@a", "+a", "a" * 256],
    *["Ada", "ADA", "\uff41da", "e\u0301", "K", "ﬁ", "İ", "ß\u200d"],
    *[
        "a/b",
        "../a",
        "a\\b",
        "a%2fb",
        "a:b",
        "a,b",
        "a;b",
        "a=b",
        "a'b",
        'a"b',
        "a$b",
        "a`b",
        "a|b",
        "a{b}",
        "a*",
        "a?",
    ],
    *["a\0b", "\0name\0", "a\nb", "a\rb", "a\tb", "a\x7f", "a\x85", "a\u2028b", "a\u00a0b", "a\u3000b"],
    *["a\u200bb", "a\u202eb", "a\ufeff", "a\u034f", "a\u115f", "\u1160", "\u3164", "a\ufe0f", "a\U000e0100", "a\u00ad"],
    *["\u0301a", "☃", "😀", "a\ue000", "a\ufffe", "a\U000f0000"],
]


@pytest.mark.parametrize("name", BAD)
def test_bad_names(name: str) -> None:
    assert not names.good(name)


@pytest.mark.parametrize("name", ["work", "a", "7", "lab-2", "a-b-c", "a" * 30])
def test_good_names_of_servers(name: str) -> None:
    assert names.good_server(name)


BAD_SERVERS = [
    *["", "-", "a-", "-a", "a--b", "a" * 31, "A", "Work", "a_b", "a.b", "..", "a b", "a/b", "a~b", "a%20b", "ä", "٣"],
    *["a\n", "\na", "a\0", "\0server\0", "a:b", "a,b", "李", "ａ"],
]


@pytest.mark.parametrize("name", BAD_SERVERS)
def test_bad_names_of_servers(name: str) -> None:
    assert not names.good_server(name)


def test_no_server_has_the_container_of_another() -> None:
    """What may be a person's name, or a person and a server, is a name of containers of its own."""
    people = ["a", "b", "a b", "a-b", "a.b", "ab", "b--x", "李", "o+o"]
    servers = [Server(one, name) for one in people for name in ("", "a", "b", "b-a", "work")]
    assert len({names.slug(str(one)) for one in servers}) == len(servers)
    assert len({names.oauth_client_id(one) for one in servers}) == len(servers)
    assert all(len(names.slug(str(Server("a" * 255, "w" * 30)))) <= 30 for _ in people)


NO_UTF8 = ["ff", "c0ae", "c0af", "c080", "e08080", "eda080", "f4908080", "80", "e282", "f8888080", "6180", "fe"]


@pytest.mark.parametrize("text", NO_UTF8)
def test_what_is_no_utf8_is_no_name(text: str) -> None:
    assert names.from_hex(text) is None


ASKED = [
    ("GET", "/launcher/616461/-", paths.Asked("state", "616461", "-", None, None, None)),
    ("POST", "/launcher/616461/-/stop", paths.Asked("stop", "616461", "-", None, None, None)),
    ("POST", "/launcher/616461/-/remove", paths.Asked("remove", "616461", "-", None, None, None)),
    ("POST", "/launcher/616461/-/start/default", paths.Asked("start", "616461", "-", "default", None, None)),
    ("POST", "/launcher/616461/6c6162/start/a-1", paths.Asked("start", "616461", "6c6162", "a-1", None, None)),
    ("POST", "/launcher/616461/-/start/gpu~61", paths.Asked("start", "616461", "-", "gpu", "61", None)),
    ("POST", "/launcher/616461/-/start/default/0/100", paths.Asked("start", "616461", "-", "default", None, (0, 100))),
    ("POST", "/launcher/616461/-/start/a~62/1/2", paths.Asked("start", "616461", "-", "a", "62", (1, 2))),
    ("GET", f"/launcher/{'61' * 1020}/-", paths.Asked("state", "61" * 1020, "-", None, None, None)),
]


@pytest.mark.parametrize(("method", "path", "asked"), ASKED)
def test_the_language(method: str, path: str, asked: paths.Asked) -> None:
    assert paths.parse(method, path) == asked


NOT_ASKED = [
    *[(method, "/launcher/616461/-") for method in ("POST", "HEAD", "PUT", "DELETE", "get", "")],
    *[("GET", f"/launcher/616461/-{end}") for end in ("/stop", "/remove", "/start/default")],
    *[
        ("POST", f"/launcher/616461/-/start/default{end}")
        for end in (
            "/",
            "/1",
            "/1/",
            "/1/2/",
            "/1/2/3",
            "/-1/2",
            "/01/2",
            "/1/12345678901",
            "/1/2 ",
            "/+1/2",
            "/1/٣",
            "?x",
        )
    ],
    *[("POST", f"/launcher/616461/-/start/{profile}") for profile in ("", "A", "a" * 41, "a_b", "..", "a%2d", "a\n")],
    *[
        ("POST", f"/launcher/616461/-/start/{profile}")
        for profile in ("~61", "a~", "a~6", "a~6A", "a~61~61", "a~base", "a%7e61", "a~61/", "~", f"a~{'61' * 61}")
    ],
    *[("POST", f"/launcher/616461/-/{end}~61") for end in ("stop", "remove")],
    *[(method, path) for method in ("GET", "POST") for path in ("/launcher/gpus", "/launcher/servers")],
    *[
        ("GET", path)
        for path in (
            *["", "/", "/launcher", "/launcher/", "/launcher/616461", "/launcher/616461/", "/launcher//-"],
            *[
                "/launcher/61646/-",
                "/launcher/61646A/-",
                "/launcher/6164%36/-",
                "/launcher/616461/-/",
                "/launcher/616461/--",
            ],
            *["//launcher/616461/-", "/launcher//616461/-", "/x/launcher/616461/-", "launcher/616461/-"],
            *[
                f"/launcher/{'61' * 1021}/-",
                f"/launcher/61/{'61' * 31}",
                "/launcher/616461/-\n",
                "/launcher/616461/-?x=y",
            ],
            *["/launcher/616461/-#x", "/launcher/616461/-;x", "/launcher/health/-", "/containers/json"],
        )
    ],
]


@pytest.mark.parametrize(("method", "path"), NOT_ASKED)
def test_nothing_else_is_of_the_language(method: str, path: str) -> None:
    assert paths.parse(method, path) is None
