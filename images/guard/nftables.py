"""The way past Docker's rules in its own table of nftables (`--firewall-backend=nftables`). What one table accepts
another may still drop, so that only a rule in Docker's table lets anything through there. Docker makes that table
anew when it starts; then ours is gone with the rest, and nothing is open."""

import json
import subprocess

from host import BRIDGE, CHAIN, Problem, log, run
from rules import passes

TABLE = "ip docker-bridges"


class Nftables:
    name = "nftables"

    def __init__(self, settings):
        self.instance = settings["instance"]
        self.bridge, self.chain = BRIDGE + self.instance, CHAIN + self.instance
        self.rules = [rule(*one) for one in passes(settings)]
        # How our part of the table looked when it was set.
        self.set = None

    def look(self):
        now = listed()
        if not has_rules(now, self.bridge):
            if own(now, self.chain):
                self.clean(self.instance)
            return False
        front = forward_chain(now)
        if front is None:
            raise Problem(
                f"Docker's table {TABLE} of nftables has no chain for what is forwarded: is this Docker too new?"
            )
        if without_handles(own(now, self.chain)) == self.set and comes_first(now, front, self.chain):
            return True
        if self.set is not None:
            log("nftables: rules were gone, changed or behind others'; set again")
        lines = [f"add chain {TABLE} {self.chain}", f"flush chain {TABLE} {self.chain}", *removals(now, self.chain)]
        lines += [f"add rule {TABLE} {self.chain} {rule}" for rule in self.rules]
        lines += [f'insert rule {TABLE} {front} iifname "{self.bridge}" oifname "{self.bridge}" jump {self.chain}', ""]
        run("nft", "-f", "-", text="\n".join(lines))
        self.set = without_handles(own(listed(), self.chain))
        return True

    def hint(self):
        return None

    def clean(self, instance):
        now, chain = listed(), CHAIN + instance
        if own(now, chain):
            gone = [*removals(now, chain), f"flush chain {TABLE} {chain}", f"delete chain {TABLE} {chain}", ""]
            run("nft", "-f", "-", text="\n".join(gone))
        self.set = None

    def instances(self):
        names = [entry["chain"]["name"] for entry in listed() if "chain" in entry]
        return {name[len(CHAIN) :] for name in names if name.startswith(CHAIN)}


def rule(source, destination, port):
    return f"ip saddr {source} accept" if source else f"ip daddr {destination} tcp dport {port} accept"


def listed():
    """What is in Docker's table, as `nft -j` says it; nothing without one."""
    done = subprocess.run(["nft", "-j", "list", "table", *TABLE.split()], capture_output=True, text=True, check=False)
    return json.loads(done.stdout)["nftables"] if done.returncode == 0 else []


def leads(entry, chain):
    """Whether it is a rule that leads to the chain; to any guard's without one."""
    targets = [part["jump"]["target"] for part in entry.get("rule", {}).get("expr", []) if "jump" in part]
    return any(target.startswith(CHAIN) if chain is None else target == chain for target in targets)


def own(entries, chain):
    """A chain of a table: itself, what is in it, and what leads to it."""
    return [entry for entry in entries if leads(entry, chain) or chain == place(entry)]


def place(entry):
    """The chain that an entry is, or that its rule is in."""
    return entry.get("chain", {}).get("name") or entry.get("rule", {}).get("chain")


def has_rules(entries, bridge):
    """Whether anything but guards' own names the bridge."""
    others = [entry for entry in entries if not leads(entry, None)]
    return any(f'"{bridge}"' in json.dumps(entry) for entry in others)


def forward_chain(entries):
    return next((entry["chain"]["name"] for entry in entries if entry.get("chain", {}).get("hook") == "forward"), None)


def comes_first(entries, parent, chain):
    """Whether nothing but other guards decides before the chain."""
    for entry in entries:
        if "rule" in entry and place(entry) == parent:
            if leads(entry, chain):
                return True
            if not leads(entry, None):
                return False
    return False


def removals(entries, chain):
    """Takes away what leads to a chain."""
    rules = [entry["rule"] for entry in entries if leads(entry, chain)]
    return [f"delete rule {TABLE} {rule['chain']} handle {rule['handle']}" for rule in rules]


def without_handles(entries):
    return [{kind: {**one, "handle": None} for kind, one in entry.items()} for entry in entries]
