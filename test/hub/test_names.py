"""Forms of a name: the same ones as in TypeScript and in the launcher."""

import json
import re
from pathlib import Path

import pytest
from declared import names

FORMS = json.loads((Path(__file__).resolve().parents[1] / "unit/fixtures/name-forms.json").read_text())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["slug"])
def test_the_forms_of_a_name(form):
    name = form["name"]
    assert names.slug(name) == form["slug"] and len(form["slug"]) <= 30
    assert names.oauth_client_id(name) == form["client_id"]
    assert bytes.fromhex(names.segment(name)).decode() == name
    server = names.Server(name, form["server"])
    assert names.slug(str(server)) == form["named_slug"] and len(form["named_slug"]) <= 30
    assert names.oauth_client_id(name, form["server"]) == form["named_client_id"]
    assert names.Server.read(str(server)) == server and names.Server.read(name) == names.Server(name)


@pytest.mark.parametrize(
    "name,good",
    [
        *[(name, True) for name in ["a", "7", "_", "jürgen m", "a.b+c@d-e", "北", "محمد", "x" * 255]],
        *[(name, False) for name in ["", "A", "ａ", ".a", "-a", "@a", " a", "a ", "a/b", "a%b", "a:b", "a\nb", "a\0"]],
        *[(name, False) for name in ["😀", "a\u200b", "a\u00ad", "a\ufe0f", "a\u3164", "\ud800", "x" * 256, ".."]],
    ],
)
def test_names_of_people_who_are_not_listed(name, good):
    assert names.without_list(name) == good


@pytest.mark.parametrize(
    "name,good",
    [
        *[(name, True) for name in ["a", "work", "gpu-2", "a1-b2-c3", "x" * 30]],
        *[
            (name, False)
            for name in ["", "1a", "-a", "a-", "a--b", "A", "a_b", "a.b", "..", "a/b", "a%2fb", "a\n", "ä"]
        ],
        ("x" * 31, False),
    ],
)
def test_names_of_servers(name, good):
    assert names.good_server(name) == good


def test_a_name_in_a_path_is_nothing_else():
    for name in ["..", "a/b", "a%2fb", "a?b#c", "ada\r\nHost: x", "x" * 255, "😀" * 255]:
        assert re.fullmatch("([0-9a-f]{2}){1,1020}", names.segment(name))
