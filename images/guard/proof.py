"""Whether what must get through does, by counters on its way."""

# Seconds between two looks at the counters; and looks without a packet after which nothing is proven any more.
ASKING, SILENT = 10.0, 12


class Proof:
    """What the hub asks the proxy comes by every few seconds. Where nothing of it gets through, or nothing comes by at
    all, nothing leads to our rules, or others have the last word."""

    def __init__(self) -> None:
        self.last = (0, 0)
        self.lost = self.silent = 0

    def judge(self, asked: int, passed: int) -> str | None:
        """Takes the counters once more: they begin at 0 with a table that is set again.

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
        if self.lost > 1:  # Once may be a packet on its way.
            return "what the hub asks the proxy is dropped on this machine"
        if self.silent > SILENT:
            return "nothing that the hub asks the proxy comes by the rules of this machine: does the hub work?"
        return None
