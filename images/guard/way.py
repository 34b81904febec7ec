"""What the ways past Docker's rules have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from host import BRIDGE, CHAIN, log
from rules import Settings, passes

Entry = TypeVar("Entry")
"""An entry of a table as the program lists it: a line or an object."""


class Way(ABC):
    name: str
    """For messages."""

    @abstractmethod
    def look(self) -> bool:
        """Sets missing rules. @returns whether Docker's rules for the bridge are here"""

    @abstractmethod
    def hint(self) -> str | None:
        """@returns a possible reason why nothing gets through in spite of our rules, or None"""

    @abstractmethod
    def clean(self, instance: str) -> None: ...

    @abstractmethod
    def instances(self) -> set[str]:
        """@returns the instance ids of all guards with rules here"""


class ChainWay(Way, Generic[Entry]):
    """A chain of our own. A jump at the beginning of one of Docker's chains leads to it."""

    def __init__(self, settings: Settings) -> None:
        self.instance = settings["instance"]
        self.bridge, self.chain = BRIDGE + self.instance, CHAIN + self.instance
        self.rules = [self.rule(*one) for one in passes(settings)]
        self.set: list[Entry] | None = None
        """Our entries as they were listed after they were set."""

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
        """Whether only other guards' rules come before the jump to our chain."""
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
        """@returns the entries that belong to our chain: its declaration, its rules, and the jumps to it"""

    @abstractmethod
    def parent(self, entries: list[Entry]) -> str:
        """@returns Docker's chain that must jump to ours. @raises Problem without one"""

    @abstractmethod
    def put(self, entries: list[Entry], parent: str) -> None: ...

    @abstractmethod
    def names_bridge(self, entry: Entry) -> bool: ...

    @abstractmethod
    def leads(self, entry: Entry, chain: str | None) -> bool:
        """Whether the entry is a jump to the chain; with None, to any guard's."""

    @abstractmethod
    def is_rule_of(self, entry: Entry, parent: str) -> bool: ...
