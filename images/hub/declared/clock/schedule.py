"""The schedules, as the roster has them. They are parsed strictly: one that is half understood would start or stop
somebody's server at a wrong time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST_BEFORE = 12 * 3600
_REQUIRED = {"name", "people", "from", "to", "zone", "before"}
_OPTIONAL = {"days", "dates", "since", "until", "except", "profile"}


class ScheduleError(ValueError):
    """Not a schedule."""


@dataclass(frozen=True)
class Schedule:
    name: str
    people: tuple[str, ...]
    """Whose servers it starts."""
    days: frozenset[int] | None
    """Of the week; Monday is 0. Either these or `dates`."""
    dates: tuple[date, ...] | None
    begin: time
    end: time
    """Of the next day where it is not after `begin`."""
    zone: ZoneInfo
    before: int
    """Seconds before `begin` at which the first servers are started."""
    since: date | None = None
    until: date | None = None
    excluded: frozenset[date] = frozenset()
    profile: str | None = None


def parse(given: Sequence[Any]) -> tuple[list[Schedule], list[str]]:
    """@param given the roster's key `schedule` @returns those that are right, and what is wrong with the others"""
    schedules: dict[str, Schedule] = {}
    problems: list[str] = []
    for at, one in enumerate(given):
        try:
            schedule = _schedule(f"schedule[{at}]", one)
        except ScheduleError as error:
            problems.append(str(error))
            continue
        if schedule.name in schedules:
            problems.append(f"schedule[{at}]: the name {schedule.name!r} is there twice")
        schedules.setdefault(schedule.name, schedule)
    return list(schedules.values()), problems


def _schedule(at: str, given: Any) -> Schedule:
    def require(good: bool, what: str) -> None:
        if not good:
            raise ScheduleError(f"{at}: {what}")

    require(isinstance(given, Mapping), "must be an object")
    require(not (set(given) - _REQUIRED - _OPTIONAL), f"unknown {sorted(set(given) - _REQUIRED - _OPTIONAL)}")
    require(not (_REQUIRED - set(given)), f"missing {sorted(_REQUIRED - set(given))}")
    require(("days" in given) != ("dates" in given), "must have days or dates")
    require(isinstance(given["name"], str) and given["name"] != "", "name must be a text")
    require(_are(given["people"], _is_name), "people must be names")
    require(_are(given.get("days", [0]), _is_day, least=1), "days must be numbers from 0 to 6")
    require(isinstance(given.get("profile", "-"), str), "profile must be a text")
    before = given["before"]
    require(_is_number(before) and 0 <= before <= LONGEST_BEFORE, "before must be seconds, up to 12 hours")
    begin, end = (_time(f"{at}.{key}", given[key]) for key in ("from", "to"))
    require(begin != end, "from and to are the same")
    dates, excluded = (_dates(f"{at}.{key}", given.get(key, [])) for key in ("dates", "except"))
    require("days" in given or len(dates) > 0, "dates must not be empty")
    since, until = (_date(f"{at}.{key}", given[key]) if key in given else None for key in ("since", "until"))
    return Schedule(
        name=given["name"],
        people=tuple(given["people"]),
        days=frozenset(given["days"]) if "days" in given else None,
        dates=tuple(sorted(set(dates))) if "dates" in given else None,
        begin=begin,
        end=end,
        zone=_zone(f"{at}.zone", given["zone"]),
        before=before,
        since=since,
        until=until,
        excluded=frozenset(excluded),
        profile=given.get("profile"),
    )


def _are(given: Any, good: Any, least: int = 0) -> bool:
    return isinstance(given, list) and len(given) >= least and all(map(good, given))


def _is_name(given: Any) -> bool:
    return isinstance(given, str) and given != ""


def _is_number(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _is_day(given: Any) -> bool:
    return _is_number(given) and 0 <= given <= 6


def _time(at: str, given: Any) -> time:
    if not isinstance(given, str) or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", given, re.ASCII) is None:
        raise ScheduleError(f"{at} must be a time such as 09:00")
    return time.fromisoformat(given)


def _dates(at: str, given: Any) -> list[date]:
    if not isinstance(given, list):
        raise ScheduleError(f"{at} must be dates")
    return [_date(f"{at}[{number}]", one) for number, one in enumerate(given)]


def _date(at: str, given: Any) -> date:
    try:
        if isinstance(given, str) and re.fullmatch(r"20\d\d-\d\d-\d\d", given, re.ASCII):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise ScheduleError(f"{at} must be a date such as 2026-10-12")


def _zone(at: str, given: Any) -> ZoneInfo:
    try:
        if isinstance(given, str) and given:
            return ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # ValueError: of a name that leads out of the database. OSError: of a folder of it.
        pass
    raise ScheduleError(f"{at}: there is no time zone {given!r}")
