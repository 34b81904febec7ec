"""When a schedule begins and ends, over changes of the clocks.

components/config/schedule/occurrences.ts says the same to the commands; both are tested with
test/unit/fixtures/occurrences.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from .schedule import Schedule

DAY = timedelta(days=1)
LAST = date(2100, 12, 31)
"""No schedule is followed further: its dates are of this century."""


@dataclass(frozen=True)
class Occurrence:
    """One time that a schedule takes place; instants are seconds since 1970."""

    schedule: Schedule
    start: float
    """When it begins."""
    end: float

    @property
    def opens(self) -> float:
        """From when on its servers are started."""
        return self.start - self.schedule.before

    @property
    def key(self) -> str:
        """The same in each pass, and for a hub that has restarted. Another beginning is another occurrence."""
        return f"{self.schedule.name} {int(self.start)}"

    @property
    def words(self) -> str:
        return f"{datetime.fromtimestamp(self.start, self.schedule.zone):%Y-%m-%d %H:%M} {self.schedule.zone.key}"


def now_in(schedule: Schedule, now: float) -> list[Occurrence]:
    """Those whose servers are to be up at an instant."""
    found = []
    for occurrence in after(schedule, now):
        # The next ones begin later still.
        if occurrence.opens > now:
            break
        found.append(occurrence)
    return found


def next_of(schedule: Schedule, now: float) -> Occurrence | None:
    """The next one that begins after an instant."""
    return next((occurrence for occurrence in after(schedule, now) if occurrence.start > now), None)


def after(schedule: Schedule, now: float) -> Iterator[Occurrence]:
    """All that end after an instant, one after another."""
    first = datetime.fromtimestamp(now, schedule.zone).date() - DAY
    for day in _dates(schedule, first):
        occurrence = _on(schedule, day)
        if occurrence is not None and occurrence.end > now:
            yield occurrence


def _dates(schedule: Schedule, first: date) -> Iterator[date]:
    """Local dates on which it begins."""
    start = max(first, schedule.since or first)
    end = min(LAST, schedule.until or LAST)
    if schedule.dates is None:
        wanted = schedule.days or frozenset()
        days = (start + n * DAY for n in range((end - start).days + 1))
        dates = (day for day in days if day.weekday() in wanted)
    else:
        dates = (day for day in schedule.dates if start <= day <= end)
    return (day for day in dates if day not in schedule.excluded)


def _on(schedule: Schedule, day: date) -> Occurrence | None:
    """None where a change of the clocks leaves nothing of it."""
    end_day = day if schedule.end > schedule.begin else day + DAY
    start, end = _instant(day, schedule.begin, schedule), _instant(end_day, schedule.end, schedule)
    return Occurrence(schedule, start, end) if end > start else None


def _instant(day: date, at: time, schedule: Schedule) -> float:
    """A time that does not exist is as long after the gap as it is after its beginning. Of two, the first is meant.

    Both is what fold=0, the default, means.
    """
    return datetime.combine(day, at, schedule.zone).astimezone(UTC).timestamp()
