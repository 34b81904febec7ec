"""Where a request came from, behind one proxy or several.

Each proxy appends the address of its client to X-Forwarded-For. Our own proxies added the last entries. An entry before
those counts only if a trusted proxy added it: a client can claim anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network


@dataclass(frozen=True)
class Forwarding:
    hops: int = 0
    """How many of the last entries are addresses of our own proxies."""
    trusted: tuple[IPv4Network | IPv6Network, ...] = ()
    """The proxies in front of ours."""

    @classmethod
    def of(cls, hops: int, trusted: list[str]) -> Forwarding:
        return cls(hops, tuple(ip_network(text, strict=False) for text in trusted))

    def source(self, header: str, peer: str) -> str:
        """`header`: X-Forwarded-For as the hub gets it. `peer`: the hub's own client, used without a header."""
        chain = [entry.strip() for entry in header.split(",") if entry.strip()]
        del chain[max(1, len(chain) - self.hops) :]
        while len(chain) > 1 and self._is_proxy(chain[-1]):
            chain.pop()
        return chain[-1] if chain else peer

    def _is_proxy(self, entry: str) -> bool:
        try:
            address = ip_address(entry)
        except ValueError:
            return False
        return any(address in network for network in self.trusted)
