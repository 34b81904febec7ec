"""The way past Docker's rules in its own table of nftables (`--firewall-backend=nftables`). What one table accepts
another may still drop, so that only a rule in Docker's table lets anything through there. Docker makes that table
anew when it starts; then ours is gone with the rest, and nothing is open."""

import json
import subprocess
from typing import Any

from host import CHAIN, Problem, run
from way import ChainWay

TABLE = "ip docker-bridges"

Object = dict[str, Any]
"""One of those of which `nft -j` makes a list: its kind, and what it is."""


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
    """What is in Docker's table, as `nft -j` says it; nothing without one."""
    asking = ["nft", "-j", "list", "table", *TABLE.split()]
    done = subprocess.run(asking, capture_output=True, text=True, check=False)
    found: list[Object] = json.loads(done.stdout)["nftables"] if done.returncode == 0 else []
    return found


def leads(entry: Object, chain: str | None) -> bool:
    """Whether it is a rule that leads to the chain; to any guard's without one."""
    targets = [part["jump"]["target"] for part in entry.get("rule", {}).get("expr", []) if "jump" in part]
    return any(target.startswith(CHAIN) if chain is None else target == chain for target in targets)


def own(entries: list[Object], chain: str) -> list[Object]:
    """A chain of a table: itself, what is in it, and what leads to it."""
    return [entry for entry in entries if leads(entry, chain) or chain == place(entry)]


def place(entry: Object) -> str | None:
    """The chain that an entry is, or that its rule is in."""
    return entry.get("chain", {}).get("name") or entry.get("rule", {}).get("chain")


def forward_chain(entries: list[Object]) -> str | None:
    return next((entry["chain"]["name"] for entry in entries if entry.get("chain", {}).get("hook") == "forward"), None)


def removals(entries: list[Object], chain: str) -> list[str]:
    """Takes away what leads to a chain."""
    rules = [entry["rule"] for entry in entries if leads(entry, chain)]
    return [f"delete rule {TABLE} {rule['chain']} handle {rule['handle']}" for rule in rules]


def without_handles(entries: list[Object]) -> list[Object]:
    return [{kind: {**one, "handle": None} for kind, one in entry.items()} for entry in entries]
