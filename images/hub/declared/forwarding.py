"""Where a request came from, behind one proxy or several.

Each proxy adds the address of whoever came to it at the end of X-Forwarded-For. What our own proxies added is known by
its place; before that, a proxy whose address is trusted is believed, and everything else is anybody's claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network


@dataclass(frozen=True)
class Forwarding:
    hops: int = 0
    """How many entries at the end are addresses of our own proxies."""
    trusted: tuple[IPv4Network | IPv6Network, ...] = ()
    """The proxies in front of ours."""

    @classmethod
    def of(cls, hops: int, trusted: list[str]) -> Forwarding:
        return cls(hops, tuple(ip_network(text, strict=False) for text in trusted))

    def source(self, header: str, peer: str) -> str:
        """`header`: X-Forwarded-For as the hub gets it; `peer`: who came to the hub, for when there is none."""
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
