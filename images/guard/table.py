"""A table of our own in nftables, for drops.

What it drops stays dropped, whatever Docker's or other rules accept. But it cannot let through what others drop. That
takes the ways past Docker's rules (iptables.py, nftables.py, legacy.py).
"""

from __future__ import annotations

import json
from typing import Any

import kernel
from host import BRIDGE, TABLE, Problem, log, run
from rules import Settings, expanded

ASKED, PASSED = "asked", "passed"
"""Counters of the hub's connections to the proxy: before and after all rules of the host."""


def rendered(settings: Settings, others: list[str]) -> str:
    """The table as input for nft. `others`: bridges of Docker's other networks."""
    bridge = BRIDGE + settings["instance"]
    asks = f"ip saddr {settings['hub']} ip daddr {settings['proxy']} ct state new counter name"
    chains: dict[str, tuple[str | None, list[str]]] = {
        # Before routing, so that no published port or rule of the host comes first.
        "prerouting": (
            "hook prerouting priority mangle",
            [f'iifname "{bridge}" {rule}' for rule in ("meta nfproto ipv6 drop", f"{asks} {ASKED}", "jump outward")],
        ),
        "forward": ("hook forward priority mangle", [f'iifname "{bridge}" jump inside']),
        # After all other rules.
        "postrouting": ("hook postrouting priority 1000", [f'oifname "{bridge}" {asks} {PASSED}']),
        "outward": (None, expanded(settings["rules"]["outward"], others)),
        "inside": (None, expanded(settings["rules"]["inside"], others)),
    }
    lines = [f"counter {ASKED} {{ }}", f"counter {PASSED} {{ }}"]
    # nft wants a chain to be declared before a jump to it.
    for name, (hook, rules) in reversed(chains.items()):
        base = [] if hook is None else [f"type filter {hook}; policy accept;"]
        lines += [f"chain {name} {{", *base, *rules, "}"]
    return "\n".join([f"table inet {TABLE}{settings['instance']} {{", *lines, "}", ""])


class Table:
    def __init__(self, settings: Settings) -> None:
        self.name = TABLE + settings["instance"]
        self.asked: str | None = None
        """The table as it was set."""
        self.written: str | None = None
        """How nft listed it afterwards."""

    def look(self, wanted: str) -> None:
        """Sets the table if it was changed, or if another one is wanted."""
        if wanted == self.asked:
            if self.listed() == self.written:
                return
            log("the table of rules was gone or changed; set again")
        # In one transaction, so that there is no moment without rules.
        run("nft", "-f", "-", text=f"table inet {self.name}\ndelete table inet {self.name}\n{wanted}")
        self.asked, self.written = wanted, self.listed()

    def listed(self) -> str | None:
        try:
            return run("nft", "-s", "list", "table", "inet", self.name)
        except Problem:
            return None  # It is gone.

    def counters(self) -> dict[str, int]:
        """Packets that were sent (`ASKED`) and that got through (`PASSED`)."""
        found = kernel.counters(self.name)
        if {ASKED, PASSED} <= found.keys():
            return found
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
    """Names of all guards' tables."""
    words = [line.split() for line in run("nft", "list", "tables", "inet").splitlines()]
    return {word[2] for word in words if len(word) > 2 and word[2].startswith(TABLE)}
