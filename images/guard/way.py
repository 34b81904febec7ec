"""What the ways past Docker's rules have in common."""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from host import BRIDGE, CHAIN, log
from rules import Settings, passes

Entry = TypeVar("Entry")
"""As the program lists a table: a line, or an object."""


class Way(ABC):
    """@ivar name as messages have it"""

    name: str

    @abstractmethod
    def look(self) -> bool:
        """Sets what is missing. @returns whether Docker's rules for the bridge are there"""

    @abstractmethod
    def hint(self) -> str | None:
        """@returns why nothing may get through in spite of our rules, or None"""

    @abstractmethod
    def clean(self, instance: str) -> None: ...

    @abstractmethod
    def instances(self) -> set[str]:
        """@returns those that have rules here"""


class ChainWay(Way, Generic[Entry]):
    """A chain of our own, to which a chain of Docker's leads before anything else."""

    def __init__(self, settings: Settings) -> None:
        self.instance = settings["instance"]
        self.bridge, self.chain = BRIDGE + self.instance, CHAIN + self.instance
        self.rules = [self.rule(*one) for one in passes(settings)]
        # How our entries looked when they were set.
        self.set: list[Entry] | None = None

    def look(self) -> bool:
        now = self.listed()
        if not any(self.names_bridge(entry) and not self.leads(entry, None) for entry in now):
            if self.own(now):
                self.clean(self.instance)
            return False
        parent = self.parent(now)
        if self.own(now) == self.set and self.comes_first(now, parent):
            return True
        if self.set is not None:
            log(f"{self.name}: rules were gone, changed or behind others'; set again")
        self.put(now, parent)
        self.set = self.own(self.listed())
        return True

    def comes_first(self, entries: list[Entry], parent: str) -> bool:
        """Whether nothing but other guards decides before the chain."""
        for entry in entries:
            if self.is_rule_of(entry, parent):
                if self.leads(entry, self.chain):
                    return True
                if not self.leads(entry, None):
                    return False
        return False

    @staticmethod
    @abstractmethod
    def rule(source: str | None, destination: str | None, port: int | None) -> str: ...

    @abstractmethod
    def listed(self) -> list[Entry]: ...

    @abstractmethod
    def own(self, entries: list[Entry]) -> list[Entry]:
        """@returns our chain: itself, what is in it, and what leads to it"""

    @abstractmethod
    def parent(self, entries: list[Entry]) -> str:
        """@returns Docker's chain that is to lead to ours. @raises Problem without one"""

    @abstractmethod
    def put(self, entries: list[Entry], parent: str) -> None: ...

    @abstractmethod
    def names_bridge(self, entry: Entry) -> bool: ...

    @abstractmethod
    def leads(self, entry: Entry, chain: str | None) -> bool:
        """Whether it leads to the chain; to any guard's without one."""

    @abstractmethod
    def is_rule_of(self, entry: Entry, parent: str) -> bool: ...
