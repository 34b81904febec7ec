"""Writes test/unit/fixtures/occurrences.json.

    python test/hub/clock/make_occurrences.py

What the hub says of schedules at moments around changes of the clocks; the commands must say the same (occurrences.ts).
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

CHECKOUT = Path(__file__).resolve().parents[3]
FIXTURE = CHECKOUT / "test/unit/fixtures/occurrences.json"
sys.path.insert(0, str(CHECKOUT / "images/hub"))

from declared.clock import occurrences, schedule  # noqa: E402

ALL = list(range(7))
SUNDAY = [6]
YEARS = range(2026, 2032)


def times(zone: str, begin: str, end: str, **more: Any) -> dict[str, Any]:
    given = {"zone": zone, "from": begin, "to": end, **more}
    return given if "dates" in given else {"days": ALL, **given}


SCHEDULES = [
    times("Europe/Berlin", "09:00", "10:30", days=[0, 2], since="2026-10-12", until="2027-04-05"),
    # In the gap, in the hour that comes twice, around both, and nothing left of it on the day of the gap.
    times("Europe/Berlin", "02:30", "04:00", days=SUNDAY),
    times("Europe/Berlin", "02:00", "03:00"),
    times("Europe/Berlin", "02:30", "03:00", days=SUNDAY),
    times("Europe/Berlin", "02:30", "03:00", dates=["2027-03-28", "2027-10-31", "2028-03-26"]),
    # Over midnight.
    times("Europe/Berlin", "22:00", "02:30", days=[5, 6]),
    times("America/New_York", "01:30", "02:15", days=SUNDAY),
    times("America/New_York", "23:30", "23:00", **{"except": ["2026-10-31", "2027-03-13"]}),
    # Half an hour, forth and back.
    times("Australia/Lord_Howe", "02:15", "03:00", days=SUNDAY),
    times("Australia/Lord_Howe", "01:45", "02:10", days=SUNDAY),
    times("Australia/Lord_Howe", "01:30", "02:00"),
    # Without a change, and with half an hour of difference.
    times("Asia/Kolkata", "00:00", "23:59", days=[1, 3]),
    times("UTC", "12:00", "11:59"),
    # The other half of the globe, three quarters of an hour, at midnight, two hours, and winter as the exception.
    times("Pacific/Auckland", "02:30", "03:30", days=SUNDAY),
    times("Pacific/Chatham", "02:50", "03:50", days=SUNDAY),
    times("America/Havana", "00:30", "01:15", days=SUNDAY),
    times("Antarctica/Troll", "01:30", "03:30", days=SUNDAY),
    times("Europe/Dublin", "01:15", "01:45", days=SUNDAY),
    times(
        "Europe/Berlin",
        "09:00",
        "12:00",
        dates=["2027-02-12", "2027-07-01", "2028-02-29"],
        **{"except": ["2027-07-01"]},
    ),
]


@cache
def changes(zone: str) -> list[int]:
    """Hours in which the clocks of a zone change, and some in which they do not."""
    there = ZoneInfo(zone)

    def differ(moment: datetime, later: timedelta) -> bool:
        return moment.astimezone(there).utcoffset() != (moment + later).astimezone(there).utcoffset()

    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for year in YEARS for n in range(365)]
    hours = [day + timedelta(hours=n) for day in days if differ(day, timedelta(days=1)) for n in range(24)]
    still = [datetime(year, 12, 24, tzinfo=UTC) for year in YEARS]
    found = [hour + timedelta(hours=1) for hour in hours if differ(hour, timedelta(hours=1))]
    return [int(moment.timestamp()) for moment in [*still, *found]]


def answers(given: dict[str, Any], instant: int) -> dict[str, Any]:
    [one], problems = schedule.parse([{"name": "x", "people": [], "before": 0, **given}])
    assert problems == []
    going, coming = next(occurrences.after(one, instant), None), occurrences.next_of(one, instant)
    return {
        "at": instant,
        "endsNext": None if going is None else [going.start, going.end],
        "beginsNext": None if coming is None else [coming.start, coming.end],
    }


def make() -> list[dict[str, Any]]:
    chance = random.Random(17)
    made = []
    for given in SCHEDULES:
        instants = set()
        for change in chance.sample(sorted(changes(given["zone"])), 6):
            instants.update(change + chance.randrange(-3 * 1440, 3 * 1440) * 60 for _ in range(4))
            instants.add(change)
            # At the beginning and end themselves.
            edges = answers(given, change - 86400)["beginsNext"] or []
            instants.update(int(edge) + more for edge in edges for more in (-1, 0))
        made.append({"schedule": given, "cases": [answers(given, instant) for instant in sorted(instants)]})
    return made


def text(made: list[dict[str, Any]]) -> str:
    """A line for each case."""
    parts = []
    for one in made:
        cases = ",\n".join(json.dumps(case) for case in one["cases"])
        parts.append(f'{{"schedule": {json.dumps(one["schedule"])},\n"cases": [\n{cases}\n]}}')
    return "[\n" + ",\n".join(parts) + "\n]\n"


if __name__ == "__main__":
    FIXTURE.write_text(text(make()))
