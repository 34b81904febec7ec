from example_settings import settings  # noqa: F401
from proof import SILENT, Proof
from rules import behind, expanded, passes
from table import counted, rendered


def test_names_in_rules_become_what_stands_behind_them(monkeypatch):
    monkeypatch.setattr("rules.addresses", lambda name: {"proxy.example": ["192.0.2.7", "192.0.2.8"]}.get(name, []))
    monkeypatch.setattr("rules.resolvers", lambda: ["10.0.0.53"])
    rules = [
        "oifname @bridges drop",
        "ip daddr @resolvers udp dport 53 accept",
        "ip daddr @proxy.example tcp dport 3128 accept",
        "ip daddr @nowhere.example accept",
        "drop",
    ]
    assert expanded(rules, ["br-0123456789ab", "docker0"]) == [
        'oifname "br-0123456789ab" drop',
        'oifname "docker0" drop',
        "ip daddr 10.0.0.53 udp dport 53 accept",
        "ip daddr 192.0.2.7 tcp dport 3128 accept",
        "ip daddr 192.0.2.8 tcp dport 3128 accept",
        "drop",
    ]
    assert behind("bridges", []) == []


def test_a_rule_about_a_name_without_an_address_may_hold_for_all_addresses(monkeypatch):
    known = {"db.example": []}
    monkeypatch.setattr("rules.addresses", lambda name: known[name])
    rules = [
        "ip saddr 10.88.0.2 ip daddr @db.example|any tcp dport 5432 accept",
        "ip daddr @db.example|any tcp dport 5432 drop",
    ]
    assert expanded(rules, []) == ["ip saddr 10.88.0.2 tcp dport 5432 accept", "tcp dport 5432 drop"]
    known["db.example"] = ["192.0.2.7", "192.0.2.8"]
    assert expanded(rules, []) == [
        "ip saddr 10.88.0.2 ip daddr 192.0.2.7 tcp dport 5432 accept",
        "ip saddr 10.88.0.2 ip daddr 192.0.2.8 tcp dport 5432 accept",
        "ip daddr 192.0.2.7 tcp dport 5432 drop",
        "ip daddr 192.0.2.8 tcp dport 5432 drop",
    ]


def test_resolvers_are_those_that_a_container_reaches_too(tmp_path, monkeypatch):
    servers = ["127.0.0.53", "fd00::1", "10.0.0.53", ""]
    file = tmp_path / "resolv.conf"
    file.write_text("search lab\n" + "".join(f"nameserver {server}\n" for server in servers))
    monkeypatch.setattr("rules.RESOLV_CONF", file)
    assert behind("resolvers", []) == ["10.0.0.53"]


def test_hub_and_proxy_reach_all_and_are_reached_at_their_ports(settings):
    hub, proxy = "10.88.0.2", "10.88.0.3"
    assert passes(settings) == [(hub, None, None), (proxy, None, None), (None, hub, 8081), (None, proxy, 8000)]


def test_the_table_hooks_in_before_others_and_counts_after_all(settings):
    asks = "ip saddr 10.88.0.2 ip daddr 10.88.0.3 ct state new counter name"
    assert rendered(settings, ["docker0"]).splitlines() == [
        "table inet jhg-kq3v7x2m {",
        "counter asked { }",
        "counter passed { }",
        "chain inside {",
        'oifname "docker0" drop',
        "drop",
        "}",
        "chain outward {",
        "ip daddr 10.88.0.0/22 accept",
        "}",
        "chain postrouting {",
        "type filter hook postrouting priority 1000; policy accept;",
        f'oifname "jh-kq3v7x2m" {asks} passed',
        "}",
        "chain forward {",
        "type filter hook forward priority mangle; policy accept;",
        'iifname "jh-kq3v7x2m" jump inside',
        "}",
        "chain prerouting {",
        "type filter hook prerouting priority mangle; policy accept;",
        'iifname "jh-kq3v7x2m" meta nfproto ipv6 drop',
        f'iifname "jh-kq3v7x2m" {asks} asked',
        'iifname "jh-kq3v7x2m" jump outward',
        "}",
        "}",
    ]


def test_counters_as_nft_says_them():
    counters = [
        {"counter": {"name": name, "packets": packets, "bytes": 60}} for name, packets in [("asked", 7), ("passed", 5)]
    ]
    assert counted({"nftables": [{"metainfo": {"version": "1.0.6"}}, *counters]}) == {"asked": 7, "passed": 5}


def test_what_gets_through_proves_the_way_and_one_packet_under_way_does_not_disprove_it():
    proof = Proof()
    assert [proof.judge(*counters) for counters in [(0, 0), (3, 2), (4, 2), (5, 5), (6, 5), (6, 6)]] == [None] * 6


def test_what_is_dropped_again_and_again_is_said():
    proof = Proof()
    said = [proof.judge(*counters) for counters in [(9, 9), (10, 9), (12, 9), (14, 9), (15, 10)]]
    assert said[:2] == [None, None]
    assert said[2] == said[3] and "is dropped on this machine" in said[2]
    assert said[4] is None


def test_a_hub_that_asks_nothing_for_long_proves_nothing():
    proof = Proof()
    said = [proof.judge(9, 9) for _ in range(SILENT + 2)]
    assert said[:-1] == [None] * (SILENT + 1)
    assert "comes by" in said[-1]
    assert proof.judge(10, 10) is None


def test_counters_that_begin_anew_neither_lose_packets_nor_forgive_any():
    proof = Proof()
    assert [proof.judge(*counters) for counters in [(9, 9), (1, 0), (2, 1)]] == [None, None, None]
    said = [proof.judge(*counters) for counters in [(3, 1), (4, 1), (1, 0), (0, 0), (2, 1)]]
    assert [one is None for one in said] == [True, False, False, False, True]
