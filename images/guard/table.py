"""A table of our own in nftables: what it drops is dropped whatever Docker's rules are, in nftables or in iptables, and
whoever else accepts it. It lets nothing through that others drop: that is for the ways past Docker's
own rules (iptables.py, nftables.py, legacy.py)."""

import json
from typing import Any

from host import BRIDGE, TABLE, log, run
from rules import Settings, expanded

# What the hub asks the proxy, every few seconds: as it comes, and when all rules of the machine have let it through.
ASKED, PASSED = "asked", "passed"


def rendered(settings: Settings, others: list[str]) -> str:
    """The table as nft reads it; `others` are bridges of Docker's other networks."""
    bridge = BRIDGE + settings["instance"]
    asks = f"ip saddr {settings['hub']} ip daddr {settings['proxy']} ct state new counter name"
    chains: dict[str, tuple[str | None, list[str]]] = {
        # Before the machine looks where a packet goes, so that no rule or port of its own comes first.
        "prerouting": (
            "hook prerouting priority mangle",
            [f'iifname "{bridge}" {rule}' for rule in ("meta nfproto ipv6 drop", f"{asks} {ASKED}", "jump outward")],
        ),
        "forward": ("hook forward priority mangle", [f'iifname "{bridge}" jump inside']),
        # After all others.
        "postrouting": ("hook postrouting priority 1000", [f'oifname "{bridge}" {asks} {PASSED}']),
        "outward": (None, expanded(settings["rules"]["outward"], others)),
        "inside": (None, expanded(settings["rules"]["inside"], others)),
    }
    lines = [f"counter {ASKED} {{ }}", f"counter {PASSED} {{ }}"]
    # Chains that others lead to come first.
    for name, (hook, rules) in reversed(chains.items()):
        base = [] if hook is None else [f"type filter {hook}; policy accept;"]
        lines += [f"chain {name} {{", *base, *rules, "}"]
    return "\n".join([f"table inet {TABLE}{settings['instance']} {{", *lines, "}", ""])


class Table:
    def __init__(self, settings: Settings) -> None:
        self.name = TABLE + settings["instance"]
        # As it was asked for, and as nft then wrote it.
        self.asked: str | None = None
        self.written: str | None = None

    def look(self, wanted: str) -> None:
        """Sets it where it is not as it was set, or is to be another one."""
        if wanted == self.asked:
            if self.listed() == self.written:
                return
            log("the table of rules was gone or changed; set again")
        # In one go: there is no moment without rules.
        run("nft", "-f", "-", text=f"table inet {self.name}\ndelete table inet {self.name}\n{wanted}")
        self.asked, self.written = wanted, self.listed()

    def listed(self) -> str | None:
        return run("nft", "-s", "list", "table", "inet", self.name) if self.name in tables() else None

    def counters(self) -> dict[str, int]:
        """How many packets came (`ASKED`), and got through (`PASSED`)."""
        return counted(json.loads(run("nft", "-j", "list", "counters", "table", "inet", self.name)))

    def clean(self, instance: str) -> None:
        if TABLE + instance in tables():
            run("nft", "delete", "table", "inet", TABLE + instance)
        self.asked = None

    def instances(self) -> set[str]:
        return {name[len(TABLE) :] for name in tables()}


def counted(listed: Any) -> dict[str, int]:
    return {entry["counter"]["name"]: entry["counter"]["packets"] for entry in listed["nftables"] if "counter" in entry}


def tables() -> set[str]:
    """Names of guards' tables."""
    words = [line.split() for line in run("nft", "list", "tables", "inet").splitlines()]
    return {word[2] for word in words if len(word) > 2 and word[2].startswith(TABLE)}
