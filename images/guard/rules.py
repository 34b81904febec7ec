"""Who may reach whom past Docker's own rules, and the addresses for names in our rules."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from typing import Literal, TypedDict

RESOLV_CONF = "/etc/resolv.conf"
ANY = "|any"

Served = Literal["hub", "proxy"]
Pass = tuple[str | None, str | None, int | None]


class Rules(TypedDict):
    inside: list[str]
    outward: list[str]


class Settings(TypedDict):
    """The guard's settings; components/network/guardRules.ts makes them."""

    instance: str
    hub: str
    proxy: str
    gateway: str
    ports: dict[Served, int]
    rules: Rules


def passes(settings: Settings) -> list[Pass]:
    """Traffic that hub and proxy need, as source, destination and TCP port; None means any."""
    hub, proxy = settings["hub"], settings["proxy"]
    served: list[Pass] = [(None, settings[name], port) for name, port in sorted(settings["ports"].items())]
    return [(hub, None, None), (proxy, None, None), *served]


def resolvers() -> list[str]:
    """The host's DNS servers, without loopback addresses: in a container those mean the container itself."""
    with open(RESOLV_CONF) as file:
        words = [line.split() for line in file]
    servers = [word[1] for word in words if len(word) > 1 and word[0] == "nameserver"]
    return [server for server in servers if is_ipv4(server) and not server.startswith("127.")]


def is_ipv4(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 4
    except ValueError:
        return False


def addresses(name: str) -> list[str]:
    try:
        return sorted({str(info[4][0]) for info in socket.getaddrinfo(name, None, socket.AF_INET)})
    except OSError:
        return []


def bridges() -> list[str]:
    """Bridges of Docker's networks, recognised by the names that Docker and other stacks give them."""
    return sorted(name for name in os.listdir("/sys/class/net") if re.fullmatch(r"docker0|br-[0-9a-f]{12}|jh-.*", name))


def expanded(rules: list[str], others: list[str]) -> list[str]:
    """Replaces `@bridges`, `@resolvers` and `@NAME` (its addresses): one rule for each value, none without a value.

    With `@NAME|any` the rule holds for all addresses while the name has none: what it shuts is shut then too.
    """
    lines = []
    for rule in rules:
        at = next((word for word in rule.split() if word.startswith("@")), None)
        if at is None:
            lines.append(rule)
            continue
        name = at.removeprefix("@").removesuffix(ANY)
        found = [rule.replace(at, value) for value in behind(name, others)]
        lines += found or ([rule.replace(f"ip daddr {at} ", "")] if at.endswith(ANY) else [])
    return lines


def behind(name: str, others: list[str]) -> list[str]:
    if name == "bridges":
        return [f'"{bridge}"' for bridge in others]
    return resolvers() if name == "resolvers" else addresses(name)
