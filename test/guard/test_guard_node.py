"""The guard of a Swarm's node: what it asks nft for, and when servers may start. Its programs are replaced."""

import json

import node
import pytest
from host import Problem
from node import Node, NodeGuard, expanded, resolvers, tables

NETWORK = "oqol8cakj95w6mvzf3isy35h8"
RULES = {
    "overlay": ["ether type arp accept"],
    "outward": ["ip daddr @resolvers udp dport 53 accept", "udp dport @port drop", "ip daddr @nodes drop"],
    "forward": ["drop"],
}
ENVIRONMENT = {
    "GUARD_NETWORK": NETWORK,
    "GUARD_NODES": "10.0.0.1,10.0.0.2,nonsense",
    "GUARD_PORT": "4789",
    "GUARD_SETTINGS": json.dumps({"instance": "kq3v7x2m", "rules": RULES}),
}


class Kernel:
    """Namespaces with tables, behind the programs that the guard calls."""

    def __init__(self, folder):
        self.folder = folder
        self.links = {"/machine": ["docker_gwbridge"]}
        self.tables = {}
        self.netfilter = 0
        self.refuses = False

    def namespace(self, name, *ports):
        path = str(self.folder / name)
        (self.folder / name).touch()
        self.links[path] = ["br0", *ports]
        return path

    def inside(self, namespace, *command, text=None):  # noqa: C901 - one case for each program.
        match command:
            case ("ip", "link", "show", name):
                if name not in self.links.get(namespace, []):
                    raise Problem(f"no {name}")
                return ""
            case ("ip", "-details", "-json", "link", "show", "dev", name):
                if name not in self.links[namespace]:
                    raise Problem(f"no {name}")
                return json.dumps([{"linkinfo": {"info_data": {"nf_call_iptables": self.netfilter}}}])
            case ("ip", "link", "set", "dev", "docker_gwbridge", "type", "bridge", "nf_call_iptables", "1"):
                self.netfilter = 1
                return ""
            case ("ip", "-json", *_):
                return json.dumps([{"ifname": link} for link in self.links[namespace] if link != "br0"])
            case ("nft", "-f", "-"):
                if self.refuses:
                    raise Problem("nft: no")
                first, second, table = text.split("\n", 2)
                name = first.removeprefix("table ")
                assert second == f"delete table {name}"
                self.tables[namespace, name] = table
                return ""
            case ("nft", "-s", "list", "table", family, name):
                return self.tables.get((namespace, f"{family} {name}"), "")
            case ("nft", "delete", "table", family, name):
                del self.tables[namespace, f"{family} {name}"]
                return ""
        raise AssertionError(command)


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    folder = tmp_path / "namespaces"
    folder.mkdir()
    made = Kernel(folder)
    monkeypatch.setattr(node, "inside", made.inside)
    resolv = tmp_path / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.11\n# ExtServers: [10.0.0.53 host(127.0.0.53) fd00::1]\n")
    monkeypatch.setattr(node, "RESOLV_CONF", str(resolv))
    return made


@pytest.fixture
def guard(kernel, tmp_path):
    return NodeGuard(Node.read(ENVIRONMENT), tmp_path / "ready", str(kernel.folder))


def test_resolvers_are_those_that_containers_ask_by_themselves():
    assert resolvers("# ExtServers: [10.0.0.53 host(127.0.0.53)]\nnameserver 127.0.0.11\n") == ["10.0.0.53"]
    assert resolvers("nameserver 127.0.0.11\n") == []


def test_rules_are_one_for_each_node_and_server():
    given = Node.read(ENVIRONMENT)
    assert given.nodes == ["10.0.0.1", "10.0.0.2"]
    assert expanded(RULES["outward"], given, ["10.0.0.53"]) == [
        "ip daddr 10.0.0.53 udp dport 53 accept",
        "udp dport 4789 drop",
        "ip daddr 10.0.0.1 drop",
        "ip daddr 10.0.0.2 drop",
    ]


def test_only_the_overlay_drops_what_no_rule_accepts():
    wanted = tables(Node.read(ENVIRONMENT), [])
    assert "hook forward priority filter; policy drop;" in wanted["overlay"]["bridge"]
    assert all("policy accept" in text for text in wanted["machine"].values())


def test_no_server_starts_before_all_tables_are_there(kernel, guard):
    assert guard.once() == "people's network has no namespace here yet"
    assert not guard.ready.exists()
    overlay = kernel.namespace("1-oqol8cakj9", "veth0")
    kernel.namespace("1-another00")
    kernel.links["/machine"] = ["eth0"]
    assert guard.once() == "no docker_gwbridge"
    assert not guard.ready.exists()
    kernel.links["/machine"] = ["docker_gwbridge"]
    assert guard.once() == ""
    assert guard.ready.exists()
    assert kernel.netfilter == 1
    assert set(kernel.tables) == {
        ("/machine", "inet jhn-kq3v7x2m"),
        (overlay, "bridge jhn-kq3v7x2m"),
    }


def test_a_table_that_goes_is_set_again_and_one_that_cannot_be_set_shuts_the_node(kernel, guard, capsys):
    overlay = kernel.namespace("2-oqol8cakj9", "veth0")
    guard.once()
    before = dict(kernel.tables)
    kernel.tables[overlay, "bridge jhn-kq3v7x2m"] = "table bridge jhn-kq3v7x2m { }"
    assert guard.once() == ""
    assert kernel.tables == before
    assert "set again" in capsys.readouterr().out
    kernel.tables.clear()
    kernel.refuses = True
    assert guard.once() == "nft: no"
    assert not guard.ready.exists()


def test_its_end_lets_no_server_start_and_leaves_the_rules_to_those_that_run(kernel, guard):
    overlay = kernel.namespace("1-oqol8cakj9", "veth0", "veth1", "vxlan0")
    guard.once()
    guard.end()
    assert not guard.ready.exists()
    assert len(kernel.tables) == 2
    kernel.links[overlay] = ["br0", "veth0", "vxlan0"]
    guard.end()
    assert sorted(kernel.tables) == [(overlay, "bridge jhn-kq3v7x2m")]  # Which goes with its namespace.
