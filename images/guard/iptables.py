"""The way past Docker's rules in iptables, as its programs of the nf_tables kind read and write them."""

from host import BRIDGE, CHAIN, Problem, log, run
from rules import passes

# Where earlier guards had rules as well.
OLD = (("iptables", "mangle"), ("ip6tables", "mangle"))
ALL = (("iptables", "filter"), *OLD)


class Iptables:
    name = "iptables-nft"

    def __init__(self, settings):
        self.instance = settings["instance"]
        self.bridge, self.chain = BRIDGE + self.instance, CHAIN + self.instance
        self.rules = [rule(*one) for one in passes(settings)]
        # How our lines looked when they were set.
        self.set = None

    def look(self):
        now = saved("iptables", "filter")
        if not any(self.bridge in line and CHAIN not in line for line in now):
            if own(now, self.chain):
                self.clean(self.instance)
            return False
        if not any(line.startswith(":DOCKER-USER ") for line in now):
            raise Problem("Docker's rules are in iptables-nft, and there is no chain DOCKER-USER: restart Docker")
        if own(now, self.chain) == self.set and comes_first(now, "DOCKER-USER", self.chain):
            return True
        if self.set is not None:
            log("iptables-nft: rules were gone, changed or behind others'; set again")
        jump = f"-i {self.bridge} -o {self.bridge} -j {self.chain}"
        lines = ["*filter", f":{self.chain} - [0:0]", *removals(now, self.chain)]
        lines += [f"-A {self.chain} {rule}" for rule in self.rules]
        lines += [f"-I DOCKER-USER 1 {jump}", "COMMIT", ""]
        run("iptables-nft-restore", "--noflush", "-w", "5", text="\n".join(lines))
        self.set = own(saved("iptables", "filter"), self.chain)
        return True

    def hint(self):
        now = saved("iptables", "filter")
        if self.set is None and any(line.startswith(":FORWARD DROP ") for line in now):
            return "iptables-nft drops what it forwards, by the policy of its chain FORWARD: iptables -P FORWARD ACCEPT"
        led = any(line.startswith("-A FORWARD ") and line.endswith("-j DOCKER-USER") for line in now)
        if self.set is not None and not led:
            return "nothing leads from FORWARD to DOCKER-USER in iptables-nft: restart Docker"
        return None

    def clean(self, instance):
        for family, table in ALL:
            remove(family, table, CHAIN + instance)
        self.set = None

    def clean_old(self):
        for family, table in OLD:
            remove(family, table, self.chain)

    def instances(self):
        lines = [line for family, table in ALL for line in saved(family, table)]
        return {line.split()[0][1 + len(CHAIN) :] for line in lines if line.startswith(f":{CHAIN}")}


def rule(source, destination, port):
    words = [f"-s {source}"] if source else [f"-d {destination} -p tcp --dport {port}"]
    return " ".join([*words, "-j ACCEPT"])


def saved(family, table):
    return run(f"{family}-nft-save", "-t", table).splitlines()


def remove(family, table, chain):
    now = saved(family, table)
    if own(now, chain):
        gone = [f"*{table}", *removals(now, chain), f"-F {chain}", f"-X {chain}", "COMMIT", ""]
        run(f"{family}-nft-restore", "--noflush", "-w", "5", text="\n".join(gone))


def own(lines, chain):
    """A chain's lines of a table: itself, what is in it, and what leads to it."""
    return [line for line in lines if chain in line]


def removals(lines, chain):
    """Takes away what leads to a chain."""
    return [line.replace("-A ", "-D ", 1) for line in lines if line.startswith("-A ") and line.endswith(f"-j {chain}")]


def comes_first(lines, parent, chain):
    """Whether nothing but other guards decides before the chain."""
    for line in lines:
        if line.startswith(f"-A {parent} "):
            if line.endswith(f"-j {chain}"):
                return True
            if CHAIN not in line:
                return False
    return False
