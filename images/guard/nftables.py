"""The way past Docker's rules in Docker's own table of nftables (`--firewall-backend=nftables`).

A packet that one table accepts may still be dropped by another. So our rule must be in Docker's table. Docker creates
the table again when it starts. Then our chain is gone with the rest, and nothing is open.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from host import CHAIN, Problem, run
from way import ChainWay

TABLE = "ip docker-bridges"

Object = dict[str, Any]
"""An entry in the output of `nft -j`: its kind and its fields."""


class Nftables(ChainWay[Object]):
    name = "nftables"

    @staticmethod
    def rule(source: str | None, destination: str | None, port: int | None) -> str:
        return f"ip saddr {source} accept" if source else f"ip daddr {destination} tcp dport {port} accept"

    def listed(self) -> list[Object]:
        return listed()

    def own(self, entries: list[Object]) -> list[Object]:
        return without_handles(own(entries, self.chain))

    def parent(self, entries: list[Object]) -> str:
        front = forward_chain(entries)
        if front is None:
            raise Problem(
                f"Docker's table {TABLE} of nftables has no chain for what is forwarded: is this Docker too new?"
            )
        return front

    def put(self, entries: list[Object], parent: str) -> None:
        lines = [f"add chain {TABLE} {self.chain}", f"flush chain {TABLE} {self.chain}"]
        lines += removals(entries, self.chain)
        lines += [f"add rule {TABLE} {self.chain} {rule}" for rule in self.rules]
        between = f'iifname "{self.bridge}" oifname "{self.bridge}"'
        lines += [f"insert rule {TABLE} {parent} {between} jump {self.chain}", ""]
        run("nft", "-f", "-", text="\n".join(lines))

    def names_bridge(self, entry: Object) -> bool:
        return f'"{self.bridge}"' in json.dumps(entry)

    def leads(self, entry: Object, chain: str | None) -> bool:
        return leads(entry, chain)

    def is_rule_of(self, entry: Object, parent: str) -> bool:
        return "rule" in entry and place(entry) == parent

    def hint(self) -> str | None:
        return None

    def clean(self, instance: str) -> None:
        now, chain = listed(), CHAIN + instance
        if own(now, chain):
            gone = [*removals(now, chain), f"flush chain {TABLE} {chain}", f"delete chain {TABLE} {chain}", ""]
            run("nft", "-f", "-", text="\n".join(gone))
        self.set = None

    def instances(self) -> set[str]:
        names = [entry["chain"]["name"] for entry in listed() if "chain" in entry]
        return {name[len(CHAIN) :] for name in names if name.startswith(CHAIN)}


def listed() -> list[Object]:
    """The entries of Docker's table; empty without the table."""
    asking = ["nft", "-j", "list", "table", *TABLE.split()]
    done = subprocess.run(asking, capture_output=True, text=True, check=False)
    found: list[Object] = json.loads(done.stdout)["nftables"] if done.returncode == 0 else []
    return found


def leads(entry: Object, chain: str | None) -> bool:
    """Whether the entry is a jump to the chain; with None, to any guard's."""
    targets = [part["jump"]["target"] for part in entry.get("rule", {}).get("expr", []) if "jump" in part]
    return any(target.startswith(CHAIN) if chain is None else target == chain for target in targets)


def own(entries: list[Object], chain: str) -> list[Object]:
    """The entries that belong to a chain: its declaration, its rules, and the jumps to it."""
    return [entry for entry in entries if leads(entry, chain) or chain == place(entry)]


def place(entry: Object) -> str | None:
    """The chain that the entry declares, or that its rule is in."""
    return entry.get("chain", {}).get("name") or entry.get("rule", {}).get("chain")


def forward_chain(entries: list[Object]) -> str | None:
    return next((entry["chain"]["name"] for entry in entries if entry.get("chain", {}).get("hook") == "forward"), None)


def removals(entries: list[Object], chain: str) -> list[str]:
    """Commands that remove the jumps to a chain."""
    rules = [entry["rule"] for entry in entries if leads(entry, chain)]
    return [f"delete rule {TABLE} {rule['chain']} handle {rule['handle']}" for rule in rules]


def without_handles(entries: list[Object]) -> list[Object]:
    return [{kind: {**one, "handle": None} for kind, one in entry.items()} for entry in entries]
