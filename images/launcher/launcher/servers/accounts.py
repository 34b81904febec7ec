"""The Docker host's accounts, as a short-lived container reads them out of its /etc/passwd."""

from __future__ import annotations

from ..docker.once import Once
from ..document.policy import Policy
from ..names import normalise
from ..refusal import Refusal
from ..turns import Shared


class Accounts:
    def __init__(self, once: Once) -> None:
        self._once = once
        self._passwd: Shared[str] = Shared()

    async def of(self, name: str, policy: Policy) -> tuple[int, int]:
        """@returns uid and gid. @raises Refusal if there is no such account"""
        return find(name, await self._passwd.get(lambda: self._read(policy)))

    async def _read(self, policy: Policy) -> str:
        assert policy.accounts is not None
        code, stdout, stderr = await self._once.run("accounts", policy.accounts)
        if code != 0:
            why = stderr.decode("utf-8", errors="replace")
            raise Refusal(502, f"the accounts of the Docker host cannot be read: {why}")
        return stdout.decode("utf-8", errors="replace")


def find(name: str, passwd: str) -> tuple[int, int]:
    lines = [fields for line in passwd.split("\n") if len(fields := line.split(":")) >= 7]
    accounts = {
        fields[0]: (int(fields[2]), int(fields[3]))
        for fields in reversed(lines)  # The first line of a name counts.
        if fields[2].isascii() and fields[2].isdigit() and fields[3].isascii() and fields[3].isdigit()
    }
    if name in accounts:
        return accounts[name]
    alike = {ids for account, ids in accounts.items() if normalise(account) == name}
    if len(alike) > 1:
        raise Refusal(403, f"several accounts of the Docker host are called {name}: ask the administrator")
    if not alike:
        raise Refusal(403, f"the Docker host has no account {name}: ask the administrator for one")
    return alike.pop()
