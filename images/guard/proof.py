"""Checks with two counters that the hub's traffic gets through to the proxy."""

from __future__ import annotations

ASKING = 10.0
"""Seconds between two looks at the counters."""

SILENT = 12
"""How many looks without a packet are a problem."""


class Proof:
    """The hub sends the proxy a request every few seconds. If none arrives, or none is even seen, then either nothing
    leads to our rules or somebody else's rules drop the packets.
    """

    def __init__(self) -> None:
        self.last = (0, 0)
        self.lost = self.silent = 0

    def judge(self, asked: int, passed: int) -> str | None:
        """@param asked, passed the counters, which restart at 0 when the table is set again
        @returns what is wrong, or None
        """
        before = (0, 0) if asked < self.last[0] or passed < self.last[1] else self.last
        self.last = (asked, passed)
        if passed > before[1]:
            self.lost = self.silent = 0
        elif asked > before[0]:
            self.lost, self.silent = self.lost + 1, 0
        else:
            self.silent += 1
        if self.lost > 1:  # At a single look a packet may still be on its way.
            return "what the hub asks the proxy is dropped on this machine"
        if self.silent > SILENT:
            return "nothing that the hub asks the proxy comes by the rules of this machine: does the hub work?"
        return None
