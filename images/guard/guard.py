"""Keeps people's containers apart: sets rules in the host's firewall and on one bridge, checks them every second and at
each change of an interface, and sets missing ones again.

components/network/guardRules.ts decides the rules; the guard keeps them in force. Drops are in a table of our own
(table.py). What is let through must be where Docker's rules are (iptables.py, nftables.py, legacy.py; way.py has what
they share). Until all rules are in force the bridge has no address, so nothing leads out of it, and Docker's own rule
(`enable_icc=false`) lets nobody reach anybody.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import time

import kernel
from host import BRIDGE, Problem, ipv6, log, read, run
from iptables import Iptables
from legacy import Legacy
from nftables import Nftables
from proof import ASKING, Proof
from rules import Served, Settings, bridges
from table import ASKED, PASSED, Table, rendered
from way import Way

STATE, WELL = "/run/guard.state", "/run/guard.well"

INTERVAL = 1.0
"""Seconds between two looks."""

SOON, OFTEN = 0.2, 50
"""Seconds between two looks while hub or proxy are not found, and how many such looks there are."""

NAMES_EVERY = 60
"""Looks after which names are resolved again and the bridge's address is renewed."""

LENT = 600
"""Seconds after which the bridge loses its address if no guard renews it."""

RTMGRP_LINK = 1


class Guard:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.instance = settings["instance"]
        self.bridge = BRIDGE + self.instance
        self.table = Table(settings)
        # The ways past Docker's rules. Legacy is checked at each look: Linux does not tell when it changes.
        self.iptables, self.nftables, self.legacy = Iptables(settings), Nftables(settings), Legacy(settings)
        self.wanted = ""
        """The table as it must be, with addresses for names."""
        self.others: list[str] = []
        """Bridges of other networks when `wanted` was made."""
        self.seen: int | None = None
        """Generation of nftables when all of it was right; None: it must be checked."""
        self.docker = False
        """Whether nftables has Docker's rules."""
        self.served: dict[Served, str] = {}
        """The ports of hub and proxy."""
        self.looks = self.seeking = 0
        self.known: set[str] | None = None
        """Ports at the last look."""
        self.proof, self.asked_at = Proof(), 0.0
        self.wrong: str | None = None

    # Firewall

    def firewall(self) -> Problem | None:
        """Sets what is missing. @returns what is in the way of the rest, or None"""
        others = [name for name in bridges() if name != self.bridge]
        if self.looks % NAMES_EVERY == 0 or others != self.others:
            wanted, self.others = rendered(self.settings, others), others
            if wanted != self.wanted:
                self.wanted, self.seen = wanted, None
        try:
            self.look_at_nftables()
            if self.legacy.look() or self.docker:
                return None
        except Problem as problem:
            return problem
        return Problem(
            "Docker has no rules for this network in this machine's firewall: is it told to set none? "
            "People's servers stay cut off. To do without keeping people apart: network.isolation: none"
        )

    def look_at_nftables(self) -> None:
        # Asked before the look, so that a change during the look is seen at the next one.
        generation = kernel.generation()
        if generation is not None and generation == self.seen:
            return
        self.seen = None
        self.table.look(self.wanted)
        # Both must look, even if the first has found Docker's rules.
        found = [way.look() for way in (self.iptables, self.nftables)]
        self.docker = any(found)
        if self.looks == 0:
            self.iptables.clean_old()
        self.seen = generation

    def ways(self) -> list[Way]:
        return [self.iptables, self.nftables, self.legacy]

    def places(self) -> list[Table | Way]:
        return [self.table, *self.ways()]

    def clean(self, instance: str) -> None:
        for place in self.places():
            if instance in place.instances():
                place.clean(instance)
        self.seen = None

    def clean_orphans(self) -> None:
        """Removes what killed guards left, if their network is gone."""
        for instance in set().union(*(place.instances() for place in self.places())):
            if not os.path.exists(f"/sys/class/net/{BRIDGE}{instance}"):
                self.clean(instance)

    def proven(self) -> str | None:
        """Checks that the hub's traffic to the proxy gets through. @returns what is wrong, or None"""
        now = time.monotonic()
        if now - self.asked_at >= ASKING:
            self.asked_at = now
            counters = self.table.counters()
            self.wrong = self.proof.judge(counters[ASKED], counters[PASSED])
            if self.wrong is not None:
                hints = [hint for hint in (way.hint() for way in self.ways()) if hint is not None]
                self.wrong = ". ".join([self.wrong, *hints])
        return self.wrong

    # Bridge

    def there(self) -> bool:
        return os.path.exists(f"/sys/class/net/{self.bridge}")

    def found_ports(self) -> dict[str, bool]:
        return {
            port: read(f"/sys/class/net/{self.bridge}/brif/{port}/isolated") == "1"
            for port in kernel.ports(self.bridge)
        }

    def netfilter(self) -> None:
        """Makes frames inside the bridge pass the firewall, whatever the host's setting for all bridges is."""
        wanted = ["nf_call_iptables"] + (["nf_call_ip6tables"] if ipv6() else [])
        missing = [name for name in wanted if read(f"/sys/class/net/{self.bridge}/bridge/{name}") != "1"]
        for name in missing:
            run("ip", "link", "set", "dev", self.bridge, "type", "bridge", name, "1")

    def port_of(self, address: str) -> str | None:
        """The port behind which an address is, found by ARP; None without an answer yet."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
            probe.sendto(b"", (address, 9))
        ports = {
            entry["mac"]: entry["ifname"]
            for entry in json.loads(run("bridge", "-json", "fdb", "show", "br", self.bridge))
            if entry["ifname"] != self.bridge
        }
        neighbours = json.loads(run("ip", "-json", "neigh", "show", "to", address, "dev", self.bridge) or "[]")
        return next((ports[one["lladdr"]] for one in neighbours if one.get("lladdr") in ports), None)

    def isolate(self) -> bool:
        """Lets people's ports reach only those of hub and proxy, with any frame. @returns whether both were found"""
        ports = self.found_ports()
        served = {name: port for name, port in self.served.items() if port in ports}
        for name in ("hub", "proxy"):
            if name not in served:
                if set(ports) != self.known:  # A restarted container may have another MAC address.
                    forget = ["ip", "neigh", "del", self.settings[name], "dev", self.bridge]
                    subprocess.run(forget, capture_output=True, check=False)
                port = self.port_of(self.settings[name])
                if port in ports:
                    served[name] = port
        self.known, self.served = set(ports), served
        for port, isolated in self.found_ports().items():
            wanted = port not in served.values()
            if isolated != wanted:
                self.mark(port, "on" if wanted else "off")
        return len(served) == 2

    def mark(self, port: str, isolated: str) -> None:
        try:
            run("bridge", "link", "set", "dev", port, "isolated", isolated)
        except Problem:
            if os.path.exists(f"/sys/class/net/{port}"):
                raise

    def address(self) -> None:
        """Sets the address for a limited time, so that nothing leads out for long after the guard has died."""
        gateway = self.settings["gateway"]
        if kernel.first_address(self.bridge) != gateway.split("/")[0] or self.looks % NAMES_EVERY == 0:
            run(
                "ip", "addr", "replace", gateway, "dev", self.bridge, "valid_lft", str(LENT), "preferred_lft", str(LENT)
            )

    # All of it

    def look(self) -> float:
        """@returns seconds until the next look"""
        if self.looks == 0:
            self.clean_orphans()
        if not self.there():
            self.clean(self.instance)
            self.known = set()
            self.say("the network is not there", well=False)
            return INTERVAL
        problem = self.firewall()
        self.netfilter()
        found = self.isolate()
        if problem is not None:
            raise problem
        self.address()  # Last, because from now on traffic can leave the network.
        self.looks += 1
        self.seeking = 0 if found else self.seeking + 1
        if found and self.proven() is not None:
            raise Problem(self.wrong)
        if not found:
            self.proof, self.wrong = Proof(), None
        self.say(f"{len(self.known or ())} ports, people's are kept apart", well=True)
        return SOON if 0 < self.seeking <= OFTEN else INTERVAL

    def say(self, state: str, well: bool) -> None:
        write(STATE, state + "\n")
        if well:
            write(WELL, "")
        elif os.path.exists(WELL):
            os.remove(WELL)

    def watch(self) -> None:
        events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        events.bind((0, RTMGRP_LINK))
        events.setblocking(False)
        # SIGTERM takes effect between two looks.
        stopped, stop = socket.socketpair()
        signal.signal(signal.SIGTERM, lambda *_: stop.send(b"."))
        last = None
        while True:
            drain(events)
            try:
                wait, last = self.look(), None
            except Problem as problem:
                if str(problem) != last:
                    log(last := str(problem))
                self.say(str(problem), well=False)
                wait, self.known = INTERVAL, kernel.ports(self.bridge)
            # Other interfaces come and go too. Only a change of the bridge's ports needs an early look.
            end = time.monotonic() + wait
            while kernel.ports(self.bridge) == self.known and (left := end - time.monotonic()) > 0:
                ready = select.select([events, stopped], [], [], left)[0]
                if stopped in ready:
                    return self.stop()
                drain(events)

    def stop(self) -> None:
        """Removes the rules if no container is left. A guard that is replaced leaves them to the next one."""
        if not (self.there() and kernel.ports(self.bridge)):
            self.clean(self.instance)


def write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def drain(events: socket.socket) -> None:
    try:
        while True:
            events.recv(65536)
    except BlockingIOError:
        pass
    except OSError:
        pass  # The buffer overflowed. The next look sees all changes anyway.


if __name__ == "__main__":
    guard = Guard(json.loads(os.environ["GUARD_SETTINGS"]))
    guard.watch()
