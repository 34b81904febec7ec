"""Keeps people's servers apart on one node of a Swarm, as guard.py does on a single machine: a task of a service that
runs on each node (components/network/nodeGuard.ts decides the rules).

People's network is an overlay. On each node it has a network namespace of its own with a bridge for its containers, and
for the tunnel to the other nodes: a table there lets hub and proxy pass, and nobody else. What leaves the network goes
over Docker's bridge for that, `docker_gwbridge`, in the machine's own namespace: another table is there.

The guard is in people's network itself, so that the namespace is there before anybody else's container is. Once the
tables are in force it makes the file `ready` in a volume in memory. Each server mounts that file, and so none starts on
a node without it; the volume is gone with the last container that has it.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from host import Problem, log
from rules import is_ipv4

NAMESPACES = "/namespaces"
"""Docker's folder of network namespaces, /run/docker/netns of the node."""
MACHINE = "/machine"
"""The machine's own network namespace."""
GATEWAY = "docker_gwbridge"
TABLE = "jhn-"
INTERVAL = 2.0
RESOLV_CONF = "/etc/resolv.conf"


@dataclass(frozen=True)
class Node:
    instance: str
    network: str
    """Id of people's network."""
    nodes: list[str]
    """Addresses of all nodes."""
    port: str
    """UDP port of the traffic between nodes."""
    rules: Mapping[str, list[str]]

    @staticmethod
    def read(environment: Mapping[str, str]) -> Node:
        settings = json.loads(environment["GUARD_SETTINGS"])
        nodes = [one for one in environment["GUARD_NODES"].split(",") if is_ipv4(one)]
        return Node(
            settings["instance"], environment["GUARD_NETWORK"], nodes, environment["GUARD_PORT"], settings["rules"]
        )


def resolvers(text: str) -> list[str]:
    """DNS servers that the node's containers ask by themselves, of what Docker notes beside its own one."""
    noted = [line for line in text.splitlines() if line.startswith("# ExtServers: [")]
    words = [word for line in noted for word in line.removeprefix("# ExtServers: [").rstrip("]").split()]
    return [word for word in words if is_ipv4(word)]


def expanded(rules: list[str], node: Node, known: list[str]) -> list[str]:
    """One rule for each of what `@nodes`, `@resolvers` and `@port` stand for."""
    values = {"@nodes": node.nodes, "@resolvers": known, "@port": [node.port]}
    lines = []
    for rule in rules:
        at = next((word for word in rule.split() if word in values), None)
        lines += [rule] if at is None else [rule.replace(at, value) for value in values[at]]
    return lines


def table(family: str, name: str, chains: Mapping[str, tuple[str, list[str]]]) -> str:
    """Text for nft. Chains: name → hook and policy, rules."""
    lines = [f"table {family} {name} {{"]
    for chain, (hook, rules) in chains.items():
        lines += [f"chain {chain} {{", f"type filter {hook};", *rules, "}"]
    return "\n".join([*lines, "}", ""])


def tables(node: Node, known: list[str]) -> dict[str, dict[str, str]]:
    """Where (`overlay`, `machine`) → family → the table as it is to be."""
    name = TABLE + node.instance
    rules = {chain: expanded(lines, node, known) for chain, lines in node.rules.items()}
    gateway = {
        "prerouting": ("hook prerouting priority mangle; policy accept", rules["outward"]),
        "forward": ("hook forward priority mangle; policy accept", rules["forward"]),
    }
    overlay = {"forward": ("hook forward priority filter; policy drop", rules["overlay"])}
    return {
        "overlay": {"bridge": table("bridge", name, overlay)},
        "machine": {"inet": table("inet", name, gateway)},
    }


def inside(namespace: str, *command: str, text: str | None = None) -> str:
    """Runs a program of ours in a network namespace."""
    words = ["nsenter", f"--net={namespace}", *command]
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"{' '.join(words)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


class NodeGuard:
    def __init__(self, node: Node, ready: Path, namespaces: str = NAMESPACES, machine: str = MACHINE) -> None:
        self.node = node
        self.ready = ready
        self.namespaces = namespaces
        self.machine = machine
        self.set: dict[tuple[str, str], tuple[str, str]] = {}
        """Namespace and family → the table that was set, and how nft listed it afterwards."""

    def overlays(self) -> list[str]:
        """Namespaces of people's network on this node: of their names Docker shortens the network's id."""
        found = glob.glob(f"{glob.escape(self.namespaces)}/[0-9]*-{self.node.network[:9]}*")
        return sorted(one for one in found if self.is_namespace(one))

    def is_namespace(self, path: str) -> bool:
        with contextlib.suppress(Problem):
            inside(path, "ip", "link", "show", "br0")
            return True
        return False

    def look(self) -> None:
        """Sets what is missing. @raises Problem"""
        overlays = self.overlays()
        if not overlays:
            raise Problem("people's network has no namespace here yet")
        self.netfilter()
        wanted = tables(self.node, resolvers(Path(RESOLV_CONF).read_text()))
        for namespace in overlays:
            self.keep(namespace, wanted["overlay"])
        self.keep(self.machine, wanted["machine"])

    def netfilter(self) -> None:
        """Makes frames inside the bridge that leads out pass the firewall, whatever the setting for all bridges is."""
        shown = inside(self.machine, "ip", "-details", "-json", "link", "show", "dev", GATEWAY)
        data = json.loads(shown)[0]["linkinfo"]["info_data"]
        if data.get("nf_call_iptables") != 1:
            inside(self.machine, "ip", "link", "set", "dev", GATEWAY, "type", "bridge", "nf_call_iptables", "1")

    def keep(self, namespace: str, wanted: Mapping[str, str]) -> None:
        for family, text in wanted.items():
            before = self.set.get((namespace, family))
            if before is not None and before == (text, self.listed(namespace, family)):
                continue
            if before is not None and before[0] == text:
                log(f"{namespace}: the table of rules was gone or changed; set again")
            name = f"{family} {TABLE}{self.node.instance}"
            # In one transaction, so that there is no moment without rules.
            inside(namespace, "nft", "-f", "-", text=f"table {name}\ndelete table {name}\n{text}")
            self.set[namespace, family] = text, self.listed(namespace, family)

    def listed(self, namespace: str, family: str) -> str:
        try:
            return inside(namespace, "nft", "-s", "list", "table", family, TABLE + self.node.instance)
        except Problem:
            return ""

    def once(self) -> str:
        """@returns what is wrong; empty for nothing. Only then may servers start here"""
        try:
            self.look()
        except Problem as problem:
            self.ready.unlink(missing_ok=True)
            return str(problem)
        self.ready.touch()
        return ""

    def alone(self) -> bool:
        """Whether no other container of this node is in people's network."""
        for namespace in self.overlays():
            links: list[dict[str, Any]] = json.loads(inside(namespace, "ip", "-json", "link", "show", "master", "br0"))
            if len([link for link in links if not link["ifname"].startswith("vxlan")]) > 1:
                return False
        return True

    def end(self) -> None:
        """Lets no server start without it. While one is here, its rules stay."""
        self.ready.unlink(missing_ok=True)
        with contextlib.suppress(Problem):
            if self.alone():
                inside(self.machine, "nft", "delete", "table", "inet", TABLE + self.node.instance)


def main() -> None:
    guard = NodeGuard(Node.read(os.environ), Path("/guarded/ready"))
    guard.ready.unlink(missing_ok=True)  # An earlier guard's. What runs goes on under its rules.
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    last = None
    while not stop.is_set():
        said = guard.once()
        if said != last:
            log(last := said or "people's servers are kept apart on this node")
        state, well = Path("/run/guard.state"), Path("/run/guard.well")
        state.write_text(f"{last}\n")
        well.unlink(missing_ok=True) if said else well.touch()
        stop.wait(INTERVAL)
    guard.end()


if __name__ == "__main__":
    sys.exit(main())
