"""Keeps people's containers apart: sets rules of the host's firewall and of one bridge, looks at them every second and
at each change of an interface, and sets what is missing again.

What the rules are is decided elsewhere (components/guardRules.ts); this holds them in force. Until they are, the bridge
has no address, so that nothing leads out of it, and Docker's own rule (`enable_icc=false`) lets nobody reach anybody.
"""
import json
import os
import select
import signal
import socket
import subprocess
import time

import kernel
from rules import CHAIN, bridges, comes_first, expanded, own

STATE, WELL = "/run/guard.state", "/run/guard.well"
# What a guard of any stack calls its bridge; the rest is the stack's instance id, as in the name of its chain.
BRIDGE = "jh-"
# Seconds between two looks; and while hub or proxy are looked for, as many times as that.
INTERVAL, SOON, OFTEN = 1.0, 0.2, 50
# Looks after which names are asked for again, and the bridge's address is lent anew.
NAMES_EVERY = 60
# Seconds for which the bridge has its address, where no guard lends it anew.
LENT = 600
RTMGRP_LINK = 1


class Problem(Exception):
    """Something that keeps the rules from being in force, for whoever runs the machine."""


def run(*args, text=None):
    done = subprocess.run(args, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise Problem(f"{' '.join(args)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def log(message):
    print(message, flush=True)


def saved(family, table):
    return run(f"{family}-save", "-t", table).splitlines()


def ipv6():
    return os.path.exists("/proc/net/if_inet6")


class Guard:
    def __init__(self, settings):
        self.settings = settings
        self.instance = settings["instance"]
        self.bridge, self.chain = BRIDGE + self.instance, CHAIN + self.instance
        # (family, table) → how our lines looked when they were set.
        self.set = {}
        # "family-table" → our rules, with addresses for names; and other networks' bridges then.
        self.rules, self.others = {}, []
        # How the firewall was when all of it was as it should be; None: it has to be looked at.
        self.seen = None
        # hub and proxy → their ports.
        self.served = {}
        self.looks = self.seeking = 0
        # Ports of the last look.
        self.known = None

    # Firewall

    def tables(self):
        for family, table, parent in (("iptables", "filter", "DOCKER-USER"), ("iptables", "mangle", "PREROUTING"), ("ip6tables", "mangle", "PREROUTING")):
            if family == "iptables" or ipv6():
                yield family, table, parent

    def rename(self, others):
        """Asks for names' addresses. Where they are others than before, or the bridges are, all is to be set again."""
        self.others = others
        rules = {key: expanded(rules, others) for key, rules in self.settings["rules"].items()}
        if rules != self.rules:
            self.rules, self.seen = rules, None
            self.set.clear()

    def firewall(self):
        """Sets what is missing. @returns what is in the way of the rest, or None"""
        problem = None
        others = [name for name in bridges() if name != self.bridge]
        if self.looks % NAMES_EVERY == 0 or others != self.others:
            self.rename(others)
        # Asked before the look, so that what changes meanwhile is looked at the next time.
        generation = kernel.generation()
        seen = None if generation is None else (generation, ipv6())
        if seen is not None and seen == self.seen:
            return None
        for family, table, parent in self.tables():
            now = saved(family, table)
            wanted = self.set.get((family, table))
            if own(now, self.chain) == wanted and comes_first(now, parent, self.chain):
                continue
            if table == "filter" and not any(line.startswith(f":{parent} ") for line in now):
                problem = Problem(f"there is no chain {parent} in this machine's nftables (iptables-nft): does Docker use iptables-legacy, or no firewall? "
                              "People's servers stay cut off. To do without keeping people apart: network.isolation: none")
                continue
            if wanted is not None:
                log(f"{family} {table}: rules were gone, changed or behind others'; set again")
            jump = f"-i {self.bridge} -j {self.chain}"
            lines = [f"*{table}", f":{self.chain} - [0:0]"]
            lines += [f"-D {parent} {jump}"] * now.count(f"-A {parent} {jump}")
            lines += [f"-A {self.chain} {rule}" for rule in self.rules[f"{family}-{table}"]]
            lines += [f"-I {parent} 1 {jump}", "COMMIT", ""]
            run(f"{family}-restore", "--noflush", "-w", "5", text="\n".join(lines))
            self.set[family, table] = own(saved(family, table), self.chain)
        self.seen = seen if problem is None else None
        return problem

    def clean(self, chain):
        for family, table, _ in self.tables():
            lines = own(saved(family, table), chain)
            if lines:
                drop = [line.replace("-A ", "-D ", 1) for line in lines if line.endswith(f"-j {chain}")]
                run(f"{family}-restore", "--noflush", "-w", "5", text="\n".join([f"*{table}", *drop, f"-F {chain}", f"-X {chain}", "COMMIT", ""]))
        self.set.clear()
        self.seen = None

    def clean_orphans(self):
        """What guards left behind that were killed, and whose network is gone."""
        chains = {line.split()[0][1:] for family, table, _ in self.tables() for line in saved(family, table) if line.startswith(f":{CHAIN}")}
        for chain in chains:
            if not os.path.exists(f"/sys/class/net/{BRIDGE}{chain[len(CHAIN):]}"):
                self.clean(chain)

    # Bridge

    def there(self):
        return os.path.exists(f"/sys/class/net/{self.bridge}")

    def found_ports(self):
        return {port: read(f"/sys/class/net/{self.bridge}/brif/{port}/isolated") == "1" for port in kernel.ports(self.bridge)}

    def netfilter(self):
        """Frames inside the bridge pass the firewall, whatever the host's setting for all bridges is."""
        wanted = ["nf_call_iptables"] + (["nf_call_ip6tables"] if ipv6() else [])
        missing = [name for name in wanted if read(f"/sys/class/net/{self.bridge}/bridge/{name}") != "1"]
        for name in missing:
            run("ip", "link", "set", "dev", self.bridge, "type", "bridge", name, "1")

    def port_of(self, address):
        """The port behind which an address of the network is, by ARP; None where nothing has answered yet."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.sendto(b"", (address, 9))
            except OSError:
                pass
        ports = {entry["mac"]: entry["ifname"] for entry in json.loads(run("bridge", "-json", "fdb", "show", "br", self.bridge)) if entry["ifname"] != self.bridge}
        neighbours = json.loads(run("ip", "-json", "neigh", "show", "to", address, "dev", self.bridge) or "[]")
        return next((ports[one["lladdr"]] for one in neighbours if one.get("lladdr") in ports), None)

    def isolate(self):
        """Ports of people reach those of hub and proxy alone, whatever they send. @returns whether both were found"""
        ports = self.found_ports()
        served = {name: port for name, port in self.served.items() if port in ports}
        for name in ("hub", "proxy"):
            if name not in served:
                if set(ports) != self.known:  # It may have come back with another address below IP.
                    subprocess.run(["ip", "neigh", "del", self.settings[name], "dev", self.bridge], capture_output=True)
                port = self.port_of(self.settings[name])
                if port in ports:
                    served[name] = port
        self.known, self.served = set(ports), served
        for port, isolated in self.found_ports().items():
            wanted = port not in served.values()
            if isolated != wanted:
                self.mark(port, "on" if wanted else "off")
        return len(served) == 2

    def mark(self, port, isolated):
        try:
            run("bridge", "link", "set", "dev", port, "isolated", isolated)
        except Problem:
            if os.path.exists(f"/sys/class/net/{port}"):
                raise

    def address(self):
        """Lent, not given: where nobody looks after the rules any more, nothing leads out in the end."""
        gateway = self.settings["gateway"]
        if kernel.first_address(self.bridge) != gateway.split("/")[0] or self.looks % NAMES_EVERY == 0:
            run("ip", "addr", "replace", gateway, "dev", self.bridge, "valid_lft", str(LENT), "preferred_lft", str(LENT))

    # All of it

    def look(self):
        """@returns seconds until the next look"""
        if self.looks == 0:
            self.clean_orphans()
        if not self.there():
            self.clean(self.chain)
            self.known = set()
            self.say("the network is not there", well=False)
            return INTERVAL
        problem = self.firewall()
        self.netfilter()
        found = self.isolate()
        if problem is not None:
            raise problem
        self.address()  # Last: only now anything leads out.
        self.say(f"{len(self.known)} ports, people's are kept apart", well=True)
        self.looks += 1
        self.seeking = 0 if found else self.seeking + 1
        return SOON if 0 < self.seeking <= OFTEN else INTERVAL

    def say(self, state, well):
        write(STATE, state + "\n")
        if well:
            write(WELL, "")
        elif os.path.exists(WELL):
            os.remove(WELL)

    def watch(self):
        events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        events.bind((0, RTMGRP_LINK))
        events.setblocking(False)
        # A stop comes between two looks, not into one.
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
            # Other interfaces come and go too: only ports of the bridge are worth a look before its time.
            end = time.monotonic() + wait
            while kernel.ports(self.bridge) == self.known and (left := end - time.monotonic()) > 0:
                ready = select.select([events, stopped], [], [], left)[0]
                if stopped in ready:
                    return self.stop()
                drain(events)

    def stop(self):
        """Rules go with the last container. A guard that is replaced leaves them to the next one."""
        if not (self.there() and kernel.ports(self.bridge)):
            self.clean(self.chain)


def read(path):
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return ""


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def drain(events):
    try:
        while True:
            events.recv(65536)
    except BlockingIOError:
        pass
    except OSError:
        pass  # More events than fit: the next look sees all of them.


if __name__ == "__main__":
    guard = Guard(json.loads(os.environ["GUARD_SETTINGS"]))
    guard.watch()
