"""The way past Docker's rules in iptables, with the programs of its nf_tables variant."""

from __future__ import annotations

from host import CHAIN, Problem, run
from way import ChainWay

OLD = (("iptables", "mangle"), ("ip6tables", "mangle"))
"""Tables in which guards of earlier versions had rules too."""
ALL = (("iptables", "filter"), *OLD)


class Iptables(ChainWay[str]):
    name = "iptables-nft"

    @staticmethod
    def rule(source: str | None, destination: str | None, port: int | None) -> str:
        words = [f"-s {source}"] if source else [f"-d {destination} -p tcp --dport {port}"]
        return " ".join([*words, "-j ACCEPT"])

    def listed(self) -> list[str]:
        return saved("iptables", "filter")

    def own(self, entries: list[str]) -> list[str]:
        return own(entries, self.chain)

    def parent(self, entries: list[str]) -> str:
        if not any(line.startswith(":DOCKER-USER ") for line in entries):
            raise Problem("Docker's rules are in iptables-nft, and there is no chain DOCKER-USER: restart Docker")
        return "DOCKER-USER"

    def put(self, entries: list[str], parent: str) -> None:
        jump = f"-i {self.bridge} -o {self.bridge} -j {self.chain}"
        lines = ["*filter", f":{self.chain} - [0:0]", *removals(entries, self.chain)]
        lines += [f"-A {self.chain} {rule}" for rule in self.rules]
        lines += [f"-I {parent} 1 {jump}", "COMMIT", ""]
        run("iptables-nft-restore", "--noflush", "-w", "5", text="\n".join(lines))

    def names_bridge(self, entry: str) -> bool:
        return self.bridge in entry

    def leads(self, entry: str, chain: str | None) -> bool:
        return CHAIN in entry if chain is None else entry.endswith(f"-j {chain}")

    def is_rule_of(self, entry: str, parent: str) -> bool:
        return entry.startswith(f"-A {parent} ")

    def hint(self) -> str | None:
        now = saved("iptables", "filter")
        if self.set is None and any(line.startswith(":FORWARD DROP ") for line in now):
            return "iptables-nft drops what it forwards, by the policy of its chain FORWARD: iptables -P FORWARD ACCEPT"
        led = any(line.startswith("-A FORWARD ") and line.endswith("-j DOCKER-USER") for line in now)
        if self.set is not None and not led:
            return "nothing leads from FORWARD to DOCKER-USER in iptables-nft: restart Docker"
        return None

    def clean(self, instance: str) -> None:
        for family, table in ALL:
            remove(family, table, CHAIN + instance)
        self.set = None

    def clean_old(self) -> None:
        for family, table in OLD:
            remove(family, table, self.chain)

    def instances(self) -> set[str]:
        lines = [line for family, table in ALL for line in saved(family, table)]
        return {line.split()[0][1 + len(CHAIN) :] for line in lines if line.startswith(f":{CHAIN}")}


def saved(family: str, table: str) -> list[str]:
    return run(f"{family}-nft-save", "-t", table).splitlines()


def remove(family: str, table: str, chain: str) -> None:
    now = saved(family, table)
    if own(now, chain):
        gone = [f"*{table}", *removals(now, chain), f"-F {chain}", f"-X {chain}", "COMMIT", ""]
        run(f"{family}-nft-restore", "--noflush", "-w", "5", text="\n".join(gone))


def own(lines: list[str], chain: str) -> list[str]:
    """The lines of a table that belong to a chain: its declaration, its rules, and the jumps to it."""
    return [line for line in lines if chain in line]


def removals(lines: list[str], chain: str) -> list[str]:
    """Lines that remove the jumps to a chain."""
    return [line.replace("-A ", "-D ", 1) for line in lines if line.startswith("-A ") and line.endswith(f"-j {chain}")]
