import json

import nftables
import pytest
from example_settings import settings  # noqa: F401
from host import Problem

BRIDGE = "jh-kq3v7x2m"


def entries(*rules, hook="forward"):
    """Docker's table as `nft -j list table` prints it; `rules`: those of its forward chain."""
    of_table = {"family": "ip", "table": "docker-bridges"}
    jumps = {
        "name": "filter-forward-in-jumps",
        "elem": [[BRIDGE, {"jump": {"target": f"filter-forward-in__{BRIDGE}"}}]],
    }
    chain = {**of_table, "name": "filter-FORWARD", "handle": 1}
    return [
        {"metainfo": {"version": "1.0.6"}},
        {"table": {"family": "ip", "name": "docker-bridges", "handle": 9}},
        {"map": {**of_table, **jumps}},
        {"chain": {**chain, "type": "filter", "hook": hook, "prio": 0, "policy": "accept"}},
        *[
            {"rule": {**of_table, "chain": "filter-FORWARD", "handle": 40 + at, "expr": expr}}
            for at, expr in enumerate(rules)
        ],
    ]


def jump(target):
    return [
        {"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": BRIDGE}},
        {"jump": {"target": target}},
    ]


OWN = [
    {"chain": {"family": "ip", "table": "docker-bridges", "name": "JHG-kq3v7x2m", "handle": 50}},
    {
        "rule": {
            "family": "ip",
            "table": "docker-bridges",
            "chain": "JHG-kq3v7x2m",
            "handle": 51,
            "expr": [{"accept": None}],
        }
    },
]
MAP = [{"vmap": {"key": {"meta": {"key": "oifname"}}, "data": "@filter-forward-in-jumps"}}]


@pytest.fixture
def machine(monkeypatch):
    """Prints a given listing, and stores what is written."""
    state = {"listed": [], "after": None, "written": []}

    def run(*args, text):
        state["written"].append(text)
        state["listed"] = state["after"]

    monkeypatch.setattr(nftables, "listed", lambda: json.loads(json.dumps(state["listed"])))
    monkeypatch.setattr(nftables, "run", run)
    return state


def test_the_way_is_opened_at_the_front_of_dockers_table(settings, machine):
    after = [*entries(jump("JHG-other567"), jump("JHG-kq3v7x2m"), MAP), *OWN]
    machine.update(listed=entries(MAP, jump("JHG-kq3v7x2m")), after=after)
    way = nftables.Nftables(settings)
    assert way.look() is True
    assert machine["written"][0].splitlines() == [
        "add chain ip docker-bridges JHG-kq3v7x2m",
        "flush chain ip docker-bridges JHG-kq3v7x2m",
        "delete rule ip docker-bridges filter-FORWARD handle 41",
        "add rule ip docker-bridges JHG-kq3v7x2m ip saddr 10.88.0.2 accept",
        "add rule ip docker-bridges JHG-kq3v7x2m ip saddr 10.88.0.3 accept",
        "add rule ip docker-bridges JHG-kq3v7x2m ip daddr 10.88.0.2 tcp dport 8081 accept",
        "add rule ip docker-bridges JHG-kq3v7x2m ip daddr 10.88.0.3 tcp dport 8000 accept",
        'insert rule ip docker-bridges filter-FORWARD iifname "jh-kq3v7x2m" oifname "jh-kq3v7x2m" jump JHG-kq3v7x2m',
    ]
    assert way.look() is True
    assert len(machine["written"]) == 1
    assert way.instances() == {"kq3v7x2m"}


@pytest.mark.parametrize(
    "then",
    [
        entries(MAP),  # Docker has made its table anew.
        [*entries(MAP, jump("JHG-kq3v7x2m")), *OWN],
        [*entries(jump("JHG-kq3v7x2m"), MAP), OWN[0]],
    ],
)
def test_what_is_gone_changed_or_behind_others_is_set_again(settings, machine, then):
    whole = [*entries(jump("JHG-kq3v7x2m"), MAP), *OWN]
    machine.update(listed=entries(MAP), after=whole)
    way = nftables.Nftables(settings)
    way.look()
    machine["listed"] = then
    assert way.look() is True
    assert len(machine["written"]) == 2
    assert machine["listed"] == whole


def test_where_docker_has_no_rules_for_the_bridge_nothing_is_left(settings, machine):
    elsewhere = [entry for entry in entries(jump("JHG-kq3v7x2m"), MAP) if "map" not in entry]
    machine.update(listed=[*elsewhere, *OWN], after=elsewhere[:-2])
    way = nftables.Nftables(settings)
    assert way.look() is False
    assert machine["written"][0].splitlines() == [
        "delete rule ip docker-bridges filter-FORWARD handle 40",
        "flush chain ip docker-bridges JHG-kq3v7x2m",
        "delete chain ip docker-bridges JHG-kq3v7x2m",
    ]
    machine["listed"] = []
    assert way.look() is False
    assert len(machine["written"]) == 1


def test_a_table_of_another_kind_is_said(settings, machine):
    machine["listed"] = entries(MAP, hook="ingress")
    with pytest.raises(Problem, match="has no chain for what is forwarded"):
        nftables.Nftables(settings).look()
