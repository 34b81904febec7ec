"""When schedules begin and end; test/unit compares the same fixture with what the commands say."""

from datetime import UTC, datetime

from declared.clock import occurrences, schedule
from make_occurrences import FIXTURE, make, text


def entry(**changed):
    given = {"name": "lecture", "people": ["ada"], "days": [6], "from": "09:00", "to": "10:30", "zone": "Europe/Berlin"}
    return {**given, "before": 300, **changed}


def one(**changed):
    schedules, problems = schedule.parse([entry(**changed)])
    assert problems == []
    return schedules[0]


def at(moment):
    return datetime.fromisoformat(moment).timestamp()


def said(found):
    return [datetime.fromtimestamp(moment, UTC).strftime("%m-%d %H:%M") for moment in (found.start, found.end)]


def test_the_fixture_is_what_the_hub_says():
    made = make()
    assert FIXTURE.read_text() == text(made), "run python test/hub/clock/make_occurrences.py"
    # Of each kind there are some.
    cases = [case for given in made for case in given["cases"]]
    assert len(cases) > 400
    assert [case for case in cases if case["endsNext"] is None] and [case for case in cases if case["beginsNext"]]
    assert [case for case in cases if case["endsNext"] != case["beginsNext"]]


def test_changes_of_the_clocks():
    night = one(**{"from": "02:30", "to": "04:00"})
    # 02:30 does not exist on 28 March: it is taken as 03:30, at UTC+2.
    assert said(occurrences.next_of(night, at("2027-03-27T12:00Z"))) == ["03-28 01:30", "03-28 02:00"]
    # 02:30 comes twice on 31 October: the first is meant, at UTC+2.
    assert said(occurrences.next_of(night, at("2027-10-30T12:00Z"))) == ["10-31 00:30", "10-31 03:00"]
    day = one()
    assert said(occurrences.next_of(day, at("2027-03-22T12:00Z"))) == ["03-28 07:00", "03-28 08:30"]
    assert said(occurrences.next_of(day, at("2027-03-15T12:00Z"))) == ["03-21 08:00", "03-21 09:30"]
    # On Lord Howe by half an hour: 02:15 is 02:45, at UTC+11.
    howe = one(zone="Australia/Lord_Howe", **{"from": "02:15", "to": "03:00"})
    assert said(occurrences.next_of(howe, at("2027-10-01T00:00Z"))) == ["10-02 15:45", "10-02 16:00"]


def test_what_a_change_leaves_nothing_of_does_not_take_place():
    night = one(**{"from": "02:30", "to": "03:00"})
    assert said(occurrences.next_of(night, at("2027-03-27T12:00Z"))) == ["04-04 00:30", "04-04 01:00"]


def test_it_is_on_from_before_its_beginning_until_its_end():
    lecture = one()
    on = [
        bool(occurrences.now_in(lecture, at(f"2026-12-06T{time}Z")))
        for time in ("07:54:59", "07:55:00", "08:00:00", "09:29:59", "09:30:00")
    ]
    assert on == [False, True, True, True, False]


def test_two_at_the_same_time_where_one_opens_before_the_other_ends():
    always = one(days=[5, 6], before=12 * 3600, **{"from": "10:00", "to": "09:00"})
    found = occurrences.now_in(always, at("2026-12-06T07:00Z"))
    assert [said(occurrence) for occurrence in found] == [
        ["12-05 09:00", "12-06 08:00"],
        ["12-06 09:00", "12-07 08:00"],
    ]
    assert len({occurrence.key for occurrence in found}) == 2


def test_after_the_last_there_is_none():
    lecture = one(since="2026-12-01", until="2026-12-13")
    assert said(occurrences.next_of(lecture, at("2026-11-01T00:00Z"))) == ["12-06 08:00", "12-06 09:30"]
    assert said(occurrences.next_of(lecture, at("2026-12-06T08:00Z"))) == ["12-13 08:00", "12-13 09:30"]
    assert occurrences.next_of(lecture, at("2026-12-13T08:00Z")) is None
    assert occurrences.now_in(lecture, at("2026-12-13T09:30Z")) == []
