"""The record of people who are let in without being on the list: it outlives the hub, and a name stays its owner's."""

import json
import os

import pytest
from conftest import person
from declared.people import admitted
from declared.people.admitted import Admission, Admitted, NameTaken, NotAdmitted
from declared.people.roster import parse

BY = "0123456789abcdef"


def record(folder, by=BY):
    return Admitted(folder, "P-u-", by)


def listed(**people):
    return parse(json.dumps({"people": people}), "P-u-")


def test_it_is_there_again_after_a_restart(tmp_path):
    record(tmp_path).admit("jürgen m", Admission("jürgen m", BY, (2001, 2002), ("staff",)))
    again = record(tmp_path)
    found = again.get("jürgen m")
    assert (found.login, found.groups, found.admin, found.lifecycle) == ("jürgen m", ("staff",), False, "on-demand")
    assert found.container == "P-u-j-rgen-m--" + found.container[-16:] and again.ids("jürgen m") == (2001, 2002)
    assert again.by_container(found.container) is found
    assert oct(os.stat(tmp_path / "admitted.json").st_mode & 0o777) == "0o600"


def test_with_other_conditions_nobody_is_in_and_names_stay_their_owners(tmp_path):
    first = record(tmp_path).admit("ünal", Admission("ünal", BY))
    other = record(tmp_path, "f" * 16)
    assert other.get("ünal") is None and list(other) == []
    with pytest.raises(NameTaken):
        other.admit("ünal", Admission("Ünal", "f" * 16))
    again = other.admit("ünal", Admission("ünal", "f" * 16))
    assert again.incarnation != first.incarnation


def test_two_accounts_never_share_a_name(tmp_path):
    people = record(tmp_path)
    mine = people.admit("ada", Admission("ａda", BY))
    for _ in range(2):
        with pytest.raises(NameTaken, match="The name ada is somebody else's here already"):
            people.admit("ada", Admission("ada", BY))
        people = record(tmp_path)
    assert people.get("ada") == mine


def test_a_name_that_left_the_list_is_not_somebody_elses(tmp_path):
    people = record(tmp_path)
    people.follow(listed(ada=person("ada", login="lovelace"), bob=person("bob", blocked=True)))
    for record_again in (people, record(tmp_path)):
        for name, login in (("ada", "ada"), ("bob", "ｂob")):
            with pytest.raises(NameTaken):
                record_again.admit(name, Admission(login, BY))
        assert record_again.get("bob") is None, "who was listed has to log in again"
    assert people.admit("bob", Admission("bob", BY)).login == "bob"


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"version": 2, "people": {}}',
        '{"version": 1, "people": []}',
        '{"version": 1, "people": {"ada": {}}}',
        {"login": "bob"},
        {"login": "Ada"},
        {"by": None},
        {"ids": [0, 1]},
        {"ids": [1, 2**31]},
        {"ids": [True, 1]},
        {"ids": [1]},
        {"groups": [1]},
        {"guest": 1},
        {"admin": True},
    ],
)
def test_a_record_that_is_damaged_or_tampered_with_lets_in_nobody(tmp_path, damage):
    fields = {"login": "ada", "by": BY, "ids": None, "groups": [], "guest": False}
    file = tmp_path / "admitted.json"
    text = json.dumps({"version": 1, "people": {"ada": {**fields, **damage}}}) if isinstance(damage, dict) else damage
    file.write_text(text)
    people = record(tmp_path)
    assert people.damage and list(people) == [] and people.get("ada") is None
    with pytest.raises(NotAdmitted, match="record of who has which name is damaged"):
        people.admit("eve", Admission("eve", BY))
    people.follow(listed(bob=person("bob")))
    assert file.read_text() == text, "it is kept, to be mended"
    file.write_text(json.dumps({"version": 1, "people": {"ada": fields}}))
    assert record(tmp_path).get("ada").login == "ada"


@pytest.mark.parametrize("name", ["Ada", "a/b", "..", "", "a\nb"])
def test_a_record_of_what_is_no_name(tmp_path, name):
    fields = {"login": "ada", "by": "", "ids": None, "groups": [], "guest": False}
    (tmp_path / "admitted.json").write_text(json.dumps({"version": 1, "people": {name: fields}}))
    assert record(tmp_path).damage


def test_on_a_full_disk_whoever_is_known_stays_and_nobody_new_comes(tmp_path, monkeypatch):
    people = record(tmp_path)
    people.admit("ada", Admission("ada", BY))
    kept = (tmp_path / "admitted.json").read_text()

    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("declared.store.whole_file.os.fsync", full)
        with pytest.raises(NotAdmitted, match="could not write down who you are"):
            people.admit("eve", Admission("eve", BY))
        assert people.get("eve") is None
        assert people.admit("ada", Admission("ada", BY, (7, 7))).name == "ada" and people.ids("ada") == (7, 7)
    assert (tmp_path / "admitted.json").read_text() == kept
    assert people.admit("eve", Admission("eve", BY)).name == "eve"
    assert record(tmp_path).ids("ada") == (7, 7)


def test_it_does_not_grow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(admitted, "MOST", 2)
    people = record(tmp_path)
    for name in ("ada", "bob"):
        people.admit(name, Admission(name, BY))
    with pytest.raises(NotAdmitted, match="no room for more people"):
        people.admit("eve", Admission("eve", BY))
    assert people.admit("ada", Admission("ada", BY, groups=("x",))).groups == ("x",)
    assert people.get("ada") and people.get("bob")


def test_only_guests_are_forgotten(tmp_path):
    people = record(tmp_path)
    people.admit("ada", Admission("ada", BY))
    people.admit("guest-x", Admission("guest-x", BY, guest=True))
    for name in ("ada", "guest-x", "nobody"):
        people.forget(name)
    assert [person.name for person in record(tmp_path)] == ["ada"]


def test_without_dynamic_nothing_is_read_or_written(tmp_path):
    (tmp_path / "admitted.json").write_text("damaged")
    people = record(tmp_path, None)
    people.follow(listed(ada=person("ada")))
    with pytest.raises(NotAdmitted):
        people.admit("eve", Admission("eve", BY))
    assert (tmp_path / "admitted.json").read_text() == "damaged" and list(people) == []


def test_the_list_wins_over_everybody_else(tmp_path):
    people = record(tmp_path)
    for name in ("ada", "bob", "eve", "mia"):
        people.admit(name, Admission(name, BY))
    text = json.dumps(
        {"people": {"ada": person("ada", login="lovelace"), "bob": person("bob", blocked=True)}, "blocked": ["Eve"]}
    )
    roster = parse(text, "P-u-")
    roster.others = people
    assert roster.get("ada").login == "lovelace" and roster.get("bob") is None and roster.get("eve") is None
    assert [one.name for one in roster.everybody()] == ["ada", "mia"] and [one.name for one in roster] == ["ada"]
    assert roster.by_container("P-u-eve") is None
    assert roster.by_container("P-u-mia").name == "mia"
    for wrong in ("eve", [1], [""], None):
        with pytest.raises(Exception, match="blocked must be names"):
            parse(json.dumps({"people": {}, "blocked": wrong}), "P-u-")
