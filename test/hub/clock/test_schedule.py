"""What the roster says of schedules is parsed strictly, each by itself."""

import json
from pathlib import Path

import pytest
from declared.clock import schedule
from declared.people.roster import RosterError, parse
from test_occurrences import entry

WRONG = [
    ("lecture", "schedule[1]: must be an object"),
    (entry(colour="red"), "schedule[1]: unknown ['colour']"),
    ({key: value for key, value in entry().items() if key != "zone"}, "schedule[1]: missing ['zone']"),
    (entry(dates=["2026-12-06"]), "schedule[1]: must have days or dates"),
    ({key: value for key, value in entry().items() if key != "days"}, "schedule[1]: must have days or dates"),
    (entry(name=""), "schedule[1]: name must be a text"),
    (entry(people="ada"), "schedule[1]: people must be names"),
    (entry(people=[""]), "schedule[1]: people must be names"),
    (entry(days=[]), "schedule[1]: days must be numbers from 0 to 6"),
    (entry(days=[7]), "schedule[1]: days must be numbers from 0 to 6"),
    (entry(days=[True]), "schedule[1]: days must be numbers from 0 to 6"),
    (entry(profile=1), "schedule[1]: profile must be a text"),
    (entry(before=-1), "schedule[1]: before must be seconds, up to 12 hours"),
    (entry(before=43201), "schedule[1]: before must be seconds, up to 12 hours"),
    (entry(before=5.5), "schedule[1]: before must be seconds, up to 12 hours"),
    (entry(to="09:00"), "schedule[1]: from and to are the same"),
    (entry(to="24:00"), "schedule[1].to must be a time such as 09:00"),
    (entry(**{"from": "9:00"}), "schedule[1].from must be a time such as 09:00"),
    (entry(**{"from": "٠٩:٠٠"}), "schedule[1].from must be a time such as 09:00"),
    (entry(since="2027-02-30"), "schedule[1].since must be a date such as 2026-10-12"),
    (entry(until="1999-02-03"), "schedule[1].until must be a date such as 2026-10-12"),
    (entry(until=None), "schedule[1].until must be a date such as 2026-10-12"),
    (entry(**{"except": ["2026-12-06", 5]}), "schedule[1].except[1] must be a date such as 2026-10-12"),
    (entry(zone="Europe/Atlantis"), "schedule[1].zone: there is no time zone 'Europe/Atlantis'"),
    (entry(zone="../../etc/passwd"), "schedule[1].zone: there is no time zone '../../etc/passwd'"),
    (entry(zone="Europe"), "schedule[1].zone: there is no time zone 'Europe'"),
    (entry(zone=""), "schedule[1].zone: there is no time zone ''"),
    (entry(name="first"), "schedule[1]: the name 'first' is there twice"),
]


@pytest.mark.parametrize(("wrong", "complaint"), WRONG)
def test_what_is_wrong_is_said_and_the_others_are_used(wrong, complaint):
    schedules, problems = schedule.parse([entry(name="first"), wrong, entry(name="last")])
    assert problems == [complaint]
    assert [one.name for one in schedules] == ["first", "last"]


def test_an_empty_list_of_dates_is_no_schedule():
    given = {key: value for key, value in entry().items() if key != "days"}
    assert schedule.parse([{**given, "dates": []}]) == ([], ["schedule[0]: dates must not be empty"])


def test_the_roster_hands_it_on_as_it_is():
    assert parse('{"people": {}, "schedule": [{"a": 1}]}', "P-u-").schedule == [{"a": 1}]
    assert list(parse('{"people": {}}', "P-u-").schedule) == []
    with pytest.raises(RosterError, match="schedule must be a list"):
        parse('{"people": {}, "schedule": {}}', "P-u-")


def test_zones_are_those_of_the_program():
    """test/unit/fixtures/zones.json: what the program lets through has to be known here."""
    zones = json.loads((Path(__file__).parents[2] / "unit/fixtures/zones.json").read_text())
    assert schedule.parse([entry(name=zone, zone=zone) for zone in zones["good"]])[1] == []
    assert len(schedule.parse([entry(name=zone or "-", zone=zone) for zone in zones["bad"]])[1]) == len(zones["bad"])
