import struct

import legacy
import pytest
from example_settings import settings  # noqa: F401
from host import Problem

BRIDGE = "jh-kq3v7x2m"
RETURN = -5


def entry(verdict=None, name=b"", came="", went="", data=b""):
    """An entry with a standard target, or with the target ERROR and a name."""
    masks = [b"\xff" * (len(one) + 1) if one else b"" for one in (came, went)]
    ip = struct.pack("=16s16s16s16s16sHBB", b"", came.encode(), went.encode(), *masks, 0, 0, 0)
    standard = struct.pack("=H29sBi4x", 40, b"", 0, verdict or 0)
    target = struct.pack("=H29sB32s", 64, b"ERROR", 0, name) if verdict is None else standard
    return ip + struct.pack("=IHHIQQ", 0, 112 + len(data), 112 + len(data) + len(target), 7, 3, 180) + data + target


def a_table(docker=True, user=True):
    """Hooks with their policies, FORWARD with a jump to DOCKER-USER and Docker's rule, and that chain with somebody's
    rule.
    """
    rule = [entry(legacy.DROP, came=BRIDGE, went=BRIDGE)] if docker else []
    hooks = [entry(legacy.ACCEPT), entry(0), *rule, entry(legacy.DROP), entry(legacy.ACCEPT)]
    chain = [entry(name=b"DOCKER-USER"), entry(RETURN, came="eth0"), entry(RETURN)] if user else []
    entries = [*hooks, *chain, entry(name=b"ERROR")]
    at = list(legacy.offsets(entries))
    if user:
        entries[1] = entry(at[len(hooks) + 1])
    output = at[len(hooks) - 1]
    return legacy.Filter(0b01110, [0, 0, at[1], output, 0], [0, 0, at[len(hooks) - 2], output, 0], entries)


@pytest.fixture
def machine(monkeypatch):
    state = {"table": a_table(), "written": 0}

    def write(table, before):
        assert before is state["table"]
        # As the kernel returns it, with hooks and counters.
        note = b"\x07\0\0\0" + struct.pack("=QQ", 5, 300)
        noted = [one[:92] + note + one[112:] for one in legacy.split(b"".join(table.entries))]
        state["table"] = legacy.Filter(table.valid_hooks, table.hooks, table.underflows, noted)
        state["written"] += 1

    monkeypatch.setattr(legacy.Filter, "read", staticmethod(lambda: state["table"]))
    monkeypatch.setattr(legacy.Filter, "write", write)
    monkeypatch.setattr(legacy, "there", lambda: True)
    return state


def walk(table):
    """Indexes of the entries that a forwarded packet meets, jumps included."""
    at = list(legacy.offsets(table.entries))
    met, i, back = [], at.index(table.hooks[legacy.FORWARD]), None
    while True:
        met.append(i)
        verdict = legacy.verdict(table.entries[i])
        if verdict >= 0:
            i, back = at.index(verdict), i + 1
        elif verdict == RETURN and not any(legacy.names(table.entries[i])):
            i, back = back, None
        elif at[i] == table.underflows[legacy.FORWARD]:
            return met
        else:
            i += 1


def test_the_way_is_opened_first_in_dockers_chain_for_users_and_all_else_stays(settings, machine):
    before = machine["table"]
    way = legacy.Legacy(settings)
    assert way.look() is True
    after = machine["table"]
    chain = [*[(BRIDGE, BRIDGE)] * 4, ("eth0", ""), ("", "")]
    assert [legacy.names(after.entries[i]) for i in walk(after)] == [("", ""), *chain, (BRIDGE, BRIDGE), ("", "")]
    kept = [one for one in after.entries if not legacy.is_ours(one, BRIDGE)]
    assert [legacy.names(one) for one in kept] == [legacy.names(one) for one in before.entries]
    assert (after.policy(), after.leads_to_users()) == (legacy.DROP, True)
    assert way.look() is True
    assert machine["written"] == 1
    assert way.instances() == {"kq3v7x2m"}


def test_a_rule_is_as_linux_has_it():
    rule = legacy.made(BRIDGE, None, "10.88.0.2", 8081)
    target, size = struct.unpack_from("=HH", rule, 88)
    assert (target, size, len(rule)) == (160, 200, 200)
    assert rule[4:16] == bytes([10, 88, 0, 2]) + bytes(4) + b"\xff" * 4
    assert (legacy.names(rule), rule[48:60], rule[60:64]) == ((BRIDGE, BRIDGE), b"\xff" * 12, bytes(4))
    assert struct.unpack_from("=HBB", rule, 80) == (6, 0, 0)
    assert struct.unpack_from("=H29sB4H", rule, 112) == (48, b"tcp" + bytes(26), 0, 0, 0xFFFF, 8081, 8081)
    assert legacy.verdict(rule) == legacy.ACCEPT
    assert len(legacy.made(BRIDGE, "10.88.0.2", None, None)) == 152


def test_rules_that_are_gone_or_behind_others_are_set_again_once(settings, machine):
    way = legacy.Legacy(settings)
    way.look()
    whole = [legacy.bare(one) for one in machine["table"].entries]
    start = machine["table"].user_chain()
    # Two of the four are gone, and another rule is in front.
    machine["table"].entries[start : start + 2] = []
    table = machine["table"]
    machine["table"] = table.with_rules(BRIDGE, [])
    assert len(machine["table"].entries) == len(whole) - 4
    assert way.look() is True
    assert [legacy.bare(one) for one in machine["table"].entries] == whole


def test_where_docker_has_no_rules_for_the_bridge_nothing_is_left(settings, machine):
    way = legacy.Legacy(settings)
    way.look()
    machine["table"] = a_table(docker=False)
    assert way.look() is False
    machine["table"] = a_table(docker=False).with_rules(BRIDGE, way.rules)
    assert way.look() is False
    assert machine["table"].ours(BRIDGE) == []
    assert "iptables-legacy -P FORWARD ACCEPT" in way.hint()


def test_a_chain_to_which_nothing_leads_is_named(settings, machine):
    way = legacy.Legacy(settings)
    way.look()
    assert way.hint() is None
    table = machine["table"]
    table.entries[1] = entry(legacy.ACCEPT)
    assert "nothing leads from FORWARD to DOCKER-USER" in way.hint()


def test_without_a_chain_for_users_there_is_no_way(settings, machine):
    machine["table"] = a_table(user=False)
    with pytest.raises(Problem, match="there is no chain DOCKER-USER"):
        legacy.Legacy(settings).look()
