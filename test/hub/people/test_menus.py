"""Profiles and menus on the roster, and what somebody's choice becomes. Without a hub."""

import json
from pathlib import Path

import pytest
from conftest import person
from declared.clock import schedule as clock
from declared.people import profiles
from declared.people.profiles import Choice, Menu, NotOffered, Profile
from declared.people.roster import RosterError, parse

SMALL = {"slug": "small", "displayName": "Small", "description": "1 GB"}
GPU = {"slug": "gpu", "displayName": "GPU", "description": "", "images": ["datascience", "minimal"], "gpus": 1}
OFFERED = {
    "profiles": [SMALL, GPU],
    "menus": [{"of": [0, 1], "default": 1}, {"of": [0], "default": 0}],
    "others": 1,
    "namedServers": 3,
}


def roster(people=None, **offered):
    return parse(json.dumps({"people": people or {"ada": person("ada")}, **offered}), "P-u-")


def test_whose_menu_is_which():
    read = roster({"ada": person("ada"), "bob": person("bob", menu=1)}, **OFFERED)
    assert [profile.slug for profile in read.menu("ada").profiles] == ["small", "gpu"]
    assert read.menu("ada").default.slug == "gpu" and read.menu("ada").default.gpus == 1
    assert [profile.slug for profile in read.menu("ada").default_first] == ["gpu", "small"]
    assert [profile.slug for profile in read.menu("bob").profiles] == ["small"]
    assert read.menu("mallory") == read.menu("bob"), "who is not listed has the menu of the others"
    assert read.offers.named_servers == 3 and read.menu("ada").leaves_a_choice and not read.menu("bob").leaves_a_choice


def test_what_the_config_takes_at_its_limits_is_taken_here():
    said = json.loads((Path(__file__).parents[2] / "unit/fixtures/extreme-stack.json").read_text())["roster"]
    read = parse(json.dumps(said), "P-u-")
    (name, _) = sorted(said["people"], key=len, reverse=True)
    menu = read.menu(name)
    assert len(menu.profiles) == 102 and len(menu.default.display_name) > 100 and menu.default.gpus == 64
    assert read.offers.named_servers == 20 and read.menu("0").default.display_name == "\u200b"
    schedules, problems = clock.parse(read.schedule)
    assert len(schedules) == 2 and problems == []


def test_without_profiles_there_are_no_menus_and_people_have_gpus():
    read = roster({"ada": person("ada", gpus=2)}, othersGpus=1)
    assert read.menu("ada") is None and (read.gpus("ada"), read.gpus("mallory")) == (2, 1)
    assert roster().gpus("ada") == 0 and roster().offers.named_servers == 0 and roster().schedule == []
    assert roster(schedule=[{"name": "lecture"}]).schedule == [{"name": "lecture"}]


@pytest.mark.parametrize(
    "change,complaint",
    [
        ({"profiles": []}, r"menus\[0\].of must be profiles"),
        ({"menus": []}, "profiles and menus must be there together"),
        ({"profiles": {}}, "profiles must be list"),
        ({"profiles": [SMALL, SMALL]}, "two profiles with one slug"),
        ({"profiles": [SMALL, "gpu"]}, r"profiles\[1\] must be an object"),
        *(
            ({"profiles": [SMALL, {**GPU, **wrong}]}, complaint)
            for wrong, complaint in [
                ({"slug": "GPU"}, r"profiles\[1\].slug is none"),
                ({"slug": "../gpu"}, r"profiles\[1\].slug is none"),
                ({"slug": "gpu\n"}, r"profiles\[1\].slug is none"),
                ({"slug": "g" * 41}, r"profiles\[1\].slug is none"),
                ({"slug": "a--b"}, r"profiles\[1\].slug is none"),
                ({"displayName": ""}, r"profiles\[1\].displayName"),
                ({"description": None}, r"profiles\[1\].description must be str"),
                ({"images": "datascience"}, r"profiles\[1\].images must be list"),
                ({"images": ["a", "a"]}, r"profiles\[1\].images has one twice"),
                ({"images": ["ä" * 31]}, r"profiles\[1\].images: too long"),
                ({"gpus": -1}, r"profiles\[1\].gpus"),
                ({"gpus": 65}, r"profiles\[1\].gpus"),
                ({"gpus": True}, r"profiles\[1\].gpus must be int"),
                ({"memory": "1G"}, r"unknown: profiles\[1\].memory"),
            ]
        ),
        *(
            ({"menus": [wrong, {"of": [0], "default": 0}]}, r"menus\[0\]")
            for wrong in [
                {"of": [], "default": 0},
                {"of": [0, 2], "default": 0},
                {"of": [0, -1], "default": 0},
                {"of": [0, 0], "default": 0},
                {"of": ["0"], "default": 0},
                {"of": [0], "default": 1},
                {"of": [True], "default": True},
                {"of": [0]},
                {"of": [0], "default": 0, "more": 1},
                [0],
            ]
        ),
        ({"others": 2}, "others must be one of the menus"),
        ({"others": -1}, "others must be one of the menus"),
        ({"namedServers": 21}, "namedServers must be 0 to 20"),
        ({"namedServers": "3"}, "namedServers must be int"),
        ({"othersGpus": 65}, "othersGpus must be a number"),
        ({"schedule": {}}, "schedule must be a list"),
        ({"menu": []}, "unknown"),
        ({"people": {"ada": person("ada", menu=2)}}, "a menu that is not there"),
        ({"people": {"ada": person("ada", menu=-1)}}, "menu must be a number"),
        ({"people": {"ada": person("ada", menu="0")}}, "menu must be a number"),
        ({"people": {"ada": person("ada", gpus=True)}}, "gpus must be a number"),
        ({"people": {"ada": person("ada", gpus=65)}}, "gpus must be at most 64"),
    ],
)
def test_a_roster_with_anything_wrong_is_not_used(change, complaint):
    with pytest.raises(RosterError, match=complaint):
        parse(json.dumps({"people": {"ada": person("ada")}, **OFFERED, **change}), "P-u-")


A, B, C = Profile("a", "A", ""), Profile("b", "B", "", ("one", "two")), Profile("c", "C", "", ("three",))
MENU = Menu((A, B), A)


def test_the_default_then_what_was_taken_last_then_what_is_asked_for():
    assert MENU.choose({}, []) == Choice(A)
    assert MENU.choose({}, [{"profile": "b", "image": "two"}, {"profile": "a"}]) == Choice(B, "two")
    assert MENU.choose({"profile": "a"}, [{"profile": "b", "image": "two"}]) == Choice(A)
    assert MENU.choose({"profile": "b"}, [{"profile": "a"}, {"profile": "b", "image": "two"}]) == Choice(B, "two")
    assert MENU.choose({"profile": "b", "image": "one"}, [{"profile": "b", "image": "two"}]) == Choice(B, "one")
    assert MENU.choose({"image": "one"}, [{"profile": "b", "image": "two"}]) == Choice(B, "one")
    assert MENU.choose({"profile": "b"}, []) == Choice(B, "one"), "the first is preselected"


@pytest.mark.parametrize(
    "before", [{}, {"profile": "c"}, {"profile": None}, {"profile": ["a"]}, {"profile": {"x": 1}}, {"profile": 7}]
)
def test_what_may_not_be_taken_any_more_is_not_taken_again(before):
    assert MENU.choose({}, [before]) == Choice(A)
    assert MENU.choose({}, [before, {"profile": "b"}]) == Choice(B, "one"), "the default server's is next"


@pytest.mark.parametrize("image", ["three", None, ["two"], 7])
def test_an_image_that_is_no_choice_any_more_is_the_first(image):
    assert MENU.choose({}, [{"profile": "b", "image": image}]) == Choice(B, "one")


@pytest.mark.parametrize(
    "asked,complaint",
    [
        ({"profile": "c"}, "^may not take the profile c$"),
        ({"profile": ""}, "^may not take the profile $"),
        ({"profile": None}, "that was asked for"),
        ({"profile": ["b"]}, "that was asked for"),
        ({"profile": {"b": 1}}, "that was asked for"),
        ({"profile": "x\r\nSet-Cookie: a"}, "that was asked for"),
        ({"profile": "x" * 61}, "that was asked for"),
        ({"profile": "B"}, "may not take the profile B"),
        ({"profile": "b~one"}, "may not take the profile b~one"),
        ({"profile": "b", "image": "three"}, "may not choose the image three for the profile b"),
        ({"profile": "b", "image": ["one"]}, "may not choose the image"),
        ({"profile": "a", "image": "one"}, "may not choose the image one for the profile a"),
        ({"image": "one"}, "may not choose the image one for the profile a"),
    ],
)
def test_what_is_not_offered_is_refused(asked, complaint):
    with pytest.raises(NotOffered, match=complaint):
        MENU.choose(asked, [])


def test_the_form_has_a_field_for_the_images_of_each_profile():
    posted = {"profile": ["b"], "image--b": ["two"], "image--c": ["three"], "_xsrf": ["x"], "safe": ["1"]}
    assert profiles.from_form(posted) == {"profile": "b", "image": "two", "_xsrf": ["x"], "safe": ["1"]}
    assert profiles.from_form({"safe": ["1"]}) == {"safe": ["1"]}
    assert profiles.from_form({"profile": ["a", "b"]}) == {"profile": ["a", "b"]}, "two are none"
    assert profiles.from_form({"image--None": ["x"]}) == {"image": "x"}


def test_a_choice_in_a_path_and_on_a_label():
    assert (Choice(A).segment, Choice(A).label, Choice(A).options) == ("a", "a", {"profile": "a"})
    choice = Choice(B, "Data science/ä")
    assert choice.label == "b~Data science/ä" and bytes.fromhex(choice.segment[2:]).decode() == choice.image
