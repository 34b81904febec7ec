"""The clock's record: damage is told, and it is begun anew."""

import json

import pytest
from declared.clock.record import KEPT, Done, Record, Started
from fake_hub import FakeHub, lecture, local


@pytest.fixture
def hub(tmp_path):
    return FakeHub(tmp_path)


GOOD = {
    "version": 1,
    "done": {"a 1": {"ends": 2.0, "people": ["ada"]}},
    "started": {"ada": {"ends": 2.0, "since": "x"}},
}
DAMAGED = [
    "",
    "{",
    "[]",
    '"text"',
    json.dumps({**GOOD, "version": 2}),
    json.dumps({**GOOD, "more": 1}),
    json.dumps({**GOOD, "done": []}),
    json.dumps({**GOOD, "started": None}),
    json.dumps({**GOOD, "done": {"a 1": {"ends": 2.0}}}),
    json.dumps({**GOOD, "done": {"a 1": {"ends": "2", "people": []}}}),
    json.dumps({**GOOD, "done": {"a 1": {"ends": 2.0, "people": [1]}}}),
    json.dumps({**GOOD, "started": {"ada": {"ends": True, "since": None}}}),
    json.dumps({**GOOD, "started": {"ada": {"ends": float("nan"), "since": None}}}),
    json.dumps({**GOOD, "started": {"ada": {"ends": 2.0, "since": 5}}}),
    json.dumps({**GOOD, "started": {"ada": [2.0, None]}}),
]


@pytest.mark.parametrize("text", DAMAGED)
async def test_a_damaged_one_is_told_and_begun_anew_and_nobody_elses_server_is_stopped(hub, text, caplog):
    hub.schedule = [lecture("ada", "bob", "eve")]
    await hub.until("09:10")
    hub.servers.pop("bob")
    (hub.data / "clock.json").write_text(text)
    hub.boot()
    assert [
        r.message for r in caplog.records if "clock.json, which says what the clock has started, cannot" in r.message
    ]
    hub.asked.clear()
    await hub.until("12:00")
    # What runs may be its person's own. Who had stopped theirs gets another one, for this once, and that is stopped.
    assert hub.asked == ["start bob", "stop bob"] and hub.up() == ["ada", "eve"]
    caplog.clear()
    hub.boot()
    assert caplog.records == []
    await hub.until("09:00", day="2026-12-14")
    assert hub.up() == ["ada", "bob", "eve"]


def test_one_that_is_good_is_read(tmp_path):
    (tmp_path / "clock.json").write_text(json.dumps(GOOD))
    record = Record(tmp_path / "clock.json")
    assert record.done == {"a 1": Done(2.0, ["ada"])} and record.started == {"ada": Started(2.0, "x")}


async def test_what_cannot_be_written_down_is_not_begun(hub, caplog):
    hub.schedule = [lecture("ada")]
    (hub.data / "clock.new").mkdir()
    await hub.until("09:10")
    assert hub.asked == []
    assert len([r for r in caplog.records if "so it starts no server" in r.message]) == 1
    (hub.data / "clock.new").rmdir()
    await hub.until("09:20")
    assert hub.up() == ["ada"]


async def test_it_is_for_nobody_elses_eyes_and_does_not_grow(hub):
    hub.schedule = [lecture("ada")]
    await hub.until("11:00")
    file = hub.data / "clock.json"
    assert (file.stat().st_mode & 0o777) == 0o600
    assert list(json.loads(file.read_text())["done"]) == [f"lecture {int(local('09:00'))}"]
    hub.now += KEPT
    await hub.look()
    assert json.loads(file.read_text()) == {"version": 1, "done": {}, "started": {}}
    assert not file.with_suffix(".new").exists()
