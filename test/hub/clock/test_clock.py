"""What the clock starts and stops, with a made-up hub and time."""

import asyncio

import pytest
from declared.clock import clock
from fake_hub import FakeHub, lecture, local

COURSE = [f"s{number:02}" for number in range(20)]


@pytest.fixture
def hub(tmp_path):
    return FakeHub(tmp_path)


async def test_a_course_is_up_before_it_begins_and_down_after_it_but_for_who_works(hub):
    hub.schedule = [lecture(*COURSE)]
    await hub.until("08:54")
    assert hub.asked == []
    await hub.until("08:55")
    assert hub.up() == COURSE
    await hub.until("10:29", "s07", "s11")
    assert hub.up() == COURSE and len(hub.asked) == 20
    await hub.until("10:30", "s07", "s11")
    assert hub.up() == ["s07", "s11"]
    await hub.until("12:00", "s07")
    assert hub.up() == ["s07"]
    # Ten minutes after the last activity.
    await hub.until("12:09")
    assert hub.up() == ["s07"]
    await hub.until("12:10")
    assert hub.up() == []
    assert sorted(hub.asked) == sorted([f"{what} {name}" for name in COURSE for what in ("start", "stop")])


async def test_a_few_at_a_time(hub):
    hub.schedule, hub.slow = [lecture(*COURSE)], asyncio.Event()
    hub.now = local("08:55")
    await hub.clock.pass_over(hub.roster())
    for _ in range(50):
        await asyncio.sleep(0)
        await hub.clock.pass_over(hub.roster())
    assert hub.asked == [f"start {name}" for name in COURSE[: clock.AT_ONCE]]
    hub.slow.set()
    await hub.clock.settled()
    assert hub.up() == COURSE and hub.most_at_once == clock.AT_ONCE


async def test_servers_that_wait_for_gpus_keep_nobody_elses_from_starting(hub, monkeypatch):
    monkeypatch.setattr(clock, "LOOK_EVERY", 0.01)
    hub.waiting = {name: asyncio.Event() for name in COURSE[:10]}
    hub.schedule = [lecture(*COURSE)]
    hub.now = local("08:55")
    await hub.clock.pass_over(hub.roster())
    async with asyncio.timeout(10):
        while hub.up() != COURSE[10:]:
            await asyncio.sleep(0.01)
    assert sorted(hub.asked) == [f"start {name}" for name in COURSE]
    # They are started once, and are the clock's when they have theirs. One does not get it.
    hub.refused = {"s09"}
    for event in hub.waiting.values():
        await hub.clock.pass_over(hub.roster())
        event.set()
    await hub.clock.settled()
    assert hub.up() == [*COURSE[:9], *COURSE[10:]] and len(hub.asked) == 20
    hub.refused = set()
    await hub.until("09:10")
    assert hub.up() == COURSE and hub.asked[20:] == ["start s09"]
    await hub.until("10:40")
    assert hub.up() == []


async def test_a_clock_that_is_stopped_waits_for_nobody(hub, monkeypatch):
    monkeypatch.setattr(clock, "LOOK_EVERY", 0.01)
    hub.waiting, hub.slow = {"ada": asyncio.Event()}, asyncio.Event()
    hub.schedule = [lecture("ada", "bob")]
    hub.now = local("08:55")
    await hub.clock.pass_over(hub.roster())
    async with asyncio.timeout(10):
        while len(hub.asked) < 2:
            await asyncio.sleep(0.01)
    hub.clock.close()
    await hub.clock.settled()
    assert hub.at_once == 0


async def test_who_stops_their_server_is_left_alone(hub):
    hub.schedule = [lecture("ada", "bob")]
    await hub.until("09:10")
    hub.servers.pop("ada")
    await hub.until("09:30")
    assert hub.up() == ["bob"]
    # And a server that they start later is theirs.
    hub.run("ada")
    await hub.until("12:00")
    assert hub.up() == ["ada"]
    assert hub.asked == ["start ada", "start bob", "stop bob"]


async def test_who_stops_and_starts_between_two_looks_has_a_server_of_their_own(hub):
    hub.schedule = [lecture("ada")]
    await hub.until("09:10")
    hub.run("ada")
    await hub.until("12:00")
    assert hub.up() == ["ada"] and hub.asked == ["start ada"]


async def test_who_has_a_server_already_keeps_it(hub):
    hub.schedule = [lecture("ada")]
    hub.run("ada")
    await hub.until("09:30")
    hub.servers.pop("ada")
    await hub.until("12:00")
    assert hub.asked == []


async def test_who_is_removed_or_blocked_meanwhile_is_not_started(hub):
    hub.schedule = [lecture("ada", "bob")]
    hub.gone = {"ada"}
    await hub.until("09:00")
    assert hub.up() == ["bob"]
    hub.gone = {"ada", "bob"}
    # The reconciler stops it, not the clock.
    await hub.until("09:10")
    hub.servers.pop("bob")
    hub.gone = set()
    await hub.until("09:20")
    assert hub.asked == ["start bob", "start ada"]


async def test_who_waits_in_the_queue_and_is_removed_is_not_started(hub):
    hub.schedule, hub.slow = [lecture(*COURSE[:5])], asyncio.Event()
    hub.now = local("08:55")
    await hub.clock.pass_over(hub.roster())
    await asyncio.sleep(0)
    hub.gone = {"s04"}
    await hub.clock.pass_over(hub.roster())
    hub.slow.set()
    await hub.clock.settled()
    assert hub.up() == COURSE[:4] and len(hub.asked) == 4


async def test_who_is_always_on_is_left_alone(hub):
    hub.schedule, hub.others = [lecture("ada", "bob")], {"ada": "always-on"}
    await hub.until("09:00")
    assert hub.asked == ["start bob"]
    # From now on it is the reconciler's.
    hub.others["bob"] = "always-on"
    await hub.until("12:00")
    assert hub.up() == ["bob"]


async def test_a_held_hub_waits(hub):
    hub.schedule, hub.is_held = [lecture("ada"), lecture("bob", name="short", to="09:10")], True
    await hub.until("09:20")
    assert hub.asked == []
    hub.is_held = False
    await hub.until("09:21")
    assert hub.up() == ["ada"]


async def test_who_waits_in_the_queue_of_a_hub_that_is_held_is_not_started(hub):
    hub.schedule, hub.slow = [lecture(*COURSE[:5])], asyncio.Event()
    hub.now = local("08:55")
    await hub.clock.pass_over(hub.roster())
    await asyncio.sleep(0)
    hub.is_held = True
    hub.slow.set()
    await hub.clock.settled()
    assert len(hub.asked) == 4


async def test_two_that_overlap_or_adjoin_are_one_for_their_people(hub):
    hub.schedule = [
        lecture("ada", "bob"),
        lecture("ada", name="overlaps", **{"from": "10:00", "to": "11:30"}),
        lecture("ada", name="adjoins", before=0, **{"from": "11:30", "to": "13:00"}),
    ]
    await hub.until("12:59")
    assert hub.asked == ["start ada", "start bob", "stop bob"]
    await hub.until("13:00")
    assert hub.up() == []
    assert hub.asked[3:] == ["stop ada"]


async def test_a_long_one_is_not_ended_by_a_short_one_in_it(hub):
    hub.schedule = [lecture("ada", to="12:00"), lecture("ada", name="short", **{"from": "09:30", "to": "10:00"})]
    await hub.until("11:59")
    assert hub.up() == ["ada"]
    await hub.until("12:00")
    assert hub.asked == ["start ada", "stop ada"]


async def test_next_week_it_is_started_again(hub):
    hub.schedule = [lecture("ada")]
    await hub.until("11:00")
    await hub.until("09:00", day="2026-12-14")
    assert hub.asked == ["start ada", "stop ada", "start ada"]


async def test_a_change_of_the_end_takes_effect_meanwhile(hub):
    hub.schedule = [lecture("ada")]
    await hub.until("09:30")
    hub.schedule = [lecture("ada", to="11:00")]
    await hub.until("10:59")
    assert hub.asked == ["start ada"]
    await hub.until("11:00")
    assert hub.asked == ["start ada", "stop ada"]


async def test_a_schedule_that_is_taken_out_meanwhile_ends_when_it_would_have(hub):
    hub.schedule = [lecture("ada", "bob")]
    await hub.until("09:30")
    hub.schedule = [lecture("bob", "ada", name="never", dates=["2027-01-01"])]
    del hub.schedule[0]["days"]
    await hub.until("10:29")
    assert hub.up() == ["ada", "bob"]
    await hub.until("10:30")
    assert hub.up() == []


async def test_what_does_not_start_is_tried_again_after_a_while(hub):
    hub.schedule, hub.refused = [lecture("ada")], {"ada"}
    await hub.until("09:25")
    assert 3 < len(hub.asked) < 12
    hub.refused = set()
    await hub.until("09:35")
    assert hub.up() == ["ada"]


async def test_what_does_not_stop_is_tried_again_after_a_while(hub):
    hub.schedule = [lecture("ada")]
    await hub.until("10:00")
    hub.refused = {"ada"}
    await hub.until("11:00")
    assert 3 < hub.asked.count("stop ada") < 20
    hub.refused = set()
    await hub.until("11:06")
    assert hub.up() == []


async def test_who_has_no_row_in_the_database_yet_is_waited_for(hub):
    hub.schedule, hub.unknown = [lecture("ada")], {"ada"}
    await hub.until("09:05")
    assert hub.asked == []
    hub.unknown = set()
    await hub.until("09:06")
    assert hub.up() == ["ada"]


async def test_the_profile_is_chosen_for_them(hub):
    hub.schedule = [lecture("ada", profile="course"), lecture("bob", name="plain")]
    await hub.until("09:00")
    assert hub.options == {"ada": {"profile": "course"}, "bob": None}


async def test_a_schedule_that_cannot_be_used_is_told_once_and_stops_no_other(hub, caplog):
    hub.schedule = [lecture("ada", zone="Europe/Atlantis"), lecture("bob", name="good")]
    await hub.until("09:00")
    assert hub.up() == ["bob"]
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "A schedule cannot be used, and starts no server: schedule[0].zone: there is no time zone 'Europe/Atlantis'"
    ]


async def test_before_the_first_roster_nothing_happens(hub):
    await hub.clock.pass_over(None)
    assert not (hub.data / "clock.json").exists()
