"""The clock of a hub that was away or killed: nobody's server is started twice, or forgotten."""

import pytest
from fake_hub import FakeHub, lecture, local


@pytest.fixture
def hub(tmp_path):
    return FakeHub(tmp_path)


async def test_a_hub_that_is_away_at_the_beginning_starts_late_and_only_until_the_end(hub):
    hub.schedule = [lecture("ada"), lecture("bob", name="other", to="09:20")]
    hub.now = local("09:25")
    hub.boot()
    await hub.look()
    assert hub.up() == ["ada"]


async def test_a_hub_that_is_away_at_the_end_stops_late(hub):
    hub.schedule = [lecture("ada", "bob")]
    await hub.until("10:00")
    hub.now = local("13:00")
    hub.boot()
    # It does not know yet who has been at work meanwhile.
    await hub.until("13:09", "bob")
    assert hub.up() == ["ada", "bob"]
    await hub.until("13:10", "bob")
    assert hub.up() == ["bob"]
    await hub.until("13:20")
    assert hub.up() == []


async def test_a_restart_in_between_changes_nothing(hub):
    hub.schedule = [lecture("ada", "bob")]
    await hub.until("09:00")
    hub.servers.pop("bob")
    for time in ("09:01", "09:40", "10:10"):
        await hub.until(time)
        hub.boot()
    await hub.until("10:30")
    assert hub.up() == [] and hub.asked == ["start ada", "start bob", "stop ada"]


@pytest.mark.parametrize("when", ["start ada", "after start ada"])
async def test_a_hub_that_is_killed_at_a_start_goes_on(hub, when):
    hub.schedule, hub.killed_at = [lecture("ada")], when
    await hub.until("08:55")
    hub.killed_at = ""
    hub.boot()
    await hub.until("09:10")
    assert hub.up() == ["ada"]
    # It started nobody twice, and the server is stopped as any other.
    assert hub.asked == ["start ada"] * (2 if when == "start ada" else 1)
    await hub.until("10:30")
    assert hub.up() == []


async def test_a_hub_that_is_killed_at_a_start_and_away_until_after_the_end(hub):
    hub.schedule, hub.killed_at = [lecture("ada", "bob")], "after start ada"
    hub.unknown = {"bob"}
    await hub.until("08:55")
    found = hub.servers.pop("ada")
    hub.now, hub.killed_at = local("11:00"), ""
    hub.boot()
    await hub.look()
    # The hub finds the server, and writes down another moment of its start.
    hub.servers["ada"] = found
    await hub.until("11:10")
    assert hub.up() == [] and hub.asked == ["start ada", "stop ada"]


async def test_a_hub_that_is_killed_before_a_start_and_away_until_after_the_end(hub):
    hub.schedule, hub.killed_at = [lecture("ada")], "start ada"
    await hub.until("08:55")
    hub.now, hub.killed_at = local("11:00"), ""
    hub.boot()
    await hub.until("11:05")
    # What somebody starts later is theirs.
    hub.run("ada")
    await hub.until("12:00")
    assert hub.up() == ["ada"]


@pytest.mark.parametrize("when", ["stop ada", "after stop ada"])
async def test_a_hub_that_is_killed_at_a_stop_stops_nothing_else(hub, when):
    hub.schedule, hub.killed_at = [lecture("ada")], when
    await hub.until("10:30")
    hub.killed_at = ""
    if when == "after stop ada":
        hub.run("ada")
    hub.boot()
    await hub.until("12:00")
    assert hub.up() == ([] if when == "stop ada" else ["ada"])
