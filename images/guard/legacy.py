"""The way past Docker's rules in iptables-legacy.

Its programs need a raw socket, for which a guard has no capability. The kernel itself requires only NET_ADMIN. So the
table is read and written here in the kernel's format (linux/netfilter_ipv4/ip_tables.h): a sequence of entries, each
with its size, in which a jump is the offset of its destination.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from host import BRIDGE, Problem, log
from rules import Settings, passes
from way import Way

SOL_IP, INFO, ENTRIES, REPLACE, ADD_COUNTERS = 0, 64, 65, 64, 65
FILTER = b"filter"
FORWARD = 2
"""Index among the five hooks."""
HEAD, TARGET = 112, 32
"""Sizes of the header of an entry and of a target."""
ACCEPT, DROP = -2, -1
IPPROTO_TCP = 6
libc = ctypes.CDLL(None, use_errno=True)


class Legacy(Way):
    name = "iptables-legacy"

    def __init__(self, settings: Settings) -> None:
        self.instance = settings["instance"]
        self.bridge = BRIDGE + self.instance
        self.rules = [made(self.bridge, *one) for one in passes(settings)]
        self.set = False

    def look(self) -> bool:
        if not there():
            return False
        table = Filter.read()
        wanted = self.rules if table.others(self.bridge) else []
        if not wanted and not table.ours(self.bridge):
            return False
        if wanted and table.user_chain() is None:
            raise Problem("Docker's rules are in iptables-legacy, and there is no chain DOCKER-USER: restart Docker")
        if [bare(entry) for entry in table.first(len(wanted))] != wanted or len(table.ours(self.bridge)) != len(wanted):
            if self.set:
                log("iptables-legacy: rules were gone, changed or behind others'; set again")
            table.with_rules(self.bridge, wanted).write(table)
        self.set = bool(wanted)
        return self.set

    def hint(self) -> str | None:
        table = Filter.read() if there() else None
        if table is not None and self.set and not table.leads_to_users():
            return "nothing leads from FORWARD to DOCKER-USER in iptables-legacy: restart Docker"
        if table is not None and not self.set and table.policy() == DROP:
            return (
                "iptables-legacy drops what it forwards, by the policy of its chain FORWARD: "
                "iptables-legacy -P FORWARD ACCEPT"
            )
        return None

    def clean(self, instance: str) -> None:
        if there():
            table = Filter.read()
            if table.ours(BRIDGE + instance):
                table.with_rules(BRIDGE + instance, []).write(table)
        self.set = False

    def instances(self) -> set[str]:
        entries = Filter.read().entries if there() else []
        bridges = {names(entry)[0] for entry in entries if is_ours(entry, names(entry)[0])}
        return {bridge[len(BRIDGE) :] for bridge in bridges if bridge.startswith(BRIDGE)}


def there() -> bool:
    """Whether the table exists. Reading the table itself would create it."""
    try:
        with open("/proc/net/ip_tables_names") as file:
            return "filter" in file.read().split()
    except OSError:
        return False


@dataclass(frozen=True)
class Filter:
    """The table `filter`."""

    valid_hooks: int
    hooks: list[int]
    underflows: list[int]
    entries: list[bytes]

    @staticmethod
    def read() -> Filter:
        info = asked(INFO, struct.pack("84s", FILTER))
        valid_hooks, *numbers = struct.unpack_from("=13I", info, 32)
        size = numbers[11]
        blob = asked(ENTRIES, struct.pack("=32sII", FILTER, size, 0) + bytes(size))[40:]
        return Filter(valid_hooks, numbers[0:5], numbers[5:10], split(blob))

    def write(self, before: Filter) -> None:
        """@param before the table that was read; the kernel refuses if the number of its entries has changed"""
        blob = b"".join(self.entries)
        old = ctypes.create_string_buffer(16 * len(before.entries))
        sizes = [self.valid_hooks, len(self.entries), len(blob)]
        head = struct.pack("=32s3I5I5II", FILTER, *sizes, *self.hooks, *self.underflows, len(before.entries))
        tell(REPLACE, head + struct.pack("=Q", ctypes.addressof(old)) + blob)
        counters = b"".join(entry[96:112] for entry in self.entries)
        tell(ADD_COUNTERS, struct.pack("=32sII", FILTER, len(self.entries), 0) + counters)

    def user_chain(self) -> int | None:
        """Index of the first entry of the chain DOCKER-USER."""
        return next((at + 1 for at, entry in enumerate(self.entries) if chain_name(entry) == b"DOCKER-USER"), None)

    def first(self, count: int) -> list[bytes]:
        start = self.user_chain()
        return [] if start is None else self.entries[start : start + count]

    def ours(self, bridge: str) -> list[bytes]:
        return [entry for entry in self.entries if is_ours(entry, bridge)]

    def others(self, bridge: str) -> list[bytes]:
        return [entry for entry in self.entries if bridge in names(entry) and not is_ours(entry, bridge)]

    def policy(self) -> int | None:
        at = self.underflows[FORWARD]
        return next(
            verdict(entry) for offset, entry in zip(offsets(self.entries), self.entries, strict=True) if offset == at
        )

    def leads_to_users(self) -> bool:
        start = self.user_chain()
        first = None if start is None else list(offsets(self.entries))[start]
        return any(verdict(entry) == first for entry in self.entries)

    def with_rules(self, bridge: str, rules: list[bytes]) -> Filter:
        """The table with these rules first in DOCKER-USER, and without other rules of ours for the bridge."""
        start = self.user_chain()
        kept: list[bytes] = []
        moved: dict[int, int] = {}
        end = 0
        for at, (offset, entry) in enumerate(zip(offsets(self.entries), self.entries, strict=True)):
            moved[offset] = end
            added = rules if at == start else []
            added = added if is_ours(entry, bridge) else [*added, entry]
            kept += added
            end += sum(map(len, added))
        hooks, underflows = ([moved.get(at, at) for at in numbers] for numbers in (self.hooks, self.underflows))
        return Filter(self.valid_hooks, hooks, underflows, [led(entry, moved) for entry in kept])


def split(blob: bytes) -> list[bytes]:
    entries, at = [], 0
    while at < len(blob):
        size = struct.unpack_from("=H", blob, at + 90)[0]
        entries.append(blob[at : at + size])
        at += size
    return entries


def offsets(entries: list[bytes]) -> Iterator[int]:
    at = 0
    for entry in entries:
        yield at
        at += len(entry)


def target(entry: bytes) -> tuple[int, bytes]:
    """Offset and name of an entry's target."""
    at = struct.unpack_from("=H", entry, 88)[0]
    return at, entry[at + 2 : at + 31].split(b"\0")[0]


def verdict(entry: bytes) -> int | None:
    """A standard target's verdict if below 0, else the offset that it jumps to; None for other targets."""
    at, name = target(entry)
    return None if name else struct.unpack_from("=i", entry, at + TARGET)[0]


def chain_name(entry: bytes) -> bytes | None:
    """The chain that begins with this entry, or None."""
    at, name = target(entry)
    return entry[at + TARGET :].split(b"\0")[0] if name == b"ERROR" else None


def names(entry: bytes) -> tuple[str, str]:
    """The rule's incoming and outgoing interface."""
    came, went = (entry[at : at + 16].split(b"\0")[0].decode("ascii", "replace") for at in (16, 32))
    return came, went


def is_ours(entry: bytes, bridge: str) -> bool:
    """Docker too accepts traffic inside one bridge, but its rules name no address."""
    return names(entry) == (bridge, bridge) and verdict(entry) == ACCEPT and entry[8:16] != bytes(8)


def bare(entry: bytes) -> bytes:
    """An entry without the fields that the kernel fills in: hooks and counters."""
    return entry[:84] + bytes(4) + entry[88:92] + bytes(20) + entry[HEAD:]


def led(entry: bytes, moved: dict[int, int]) -> bytes:
    """The entry with its jump adjusted to the moved destination."""
    leads = verdict(entry)
    if leads is None or leads < 0:
        return entry
    at = target(entry)[0] + TARGET
    return entry[:at] + struct.pack("=i", moved[leads]) + entry[at + 4 :]


def made(bridge: str, source: str | None, destination: str | None, port: int | None) -> bytes:
    """The entry of an ACCEPT rule."""
    every = b"\xff" * 4
    name, exact = bridge.encode(), b"\xff" * (len(bridge) + 1)
    addresses = [socket.inet_aton(address) if address else bytes(4) for address in (source, destination)]
    masks = [every if address else bytes(4) for address in (source, destination)]
    match = b"" if port is None else struct.pack("=H29sB2H2H4B4x", 48, b"tcp", 0, 0, 0xFFFF, port, port, 0, 0, 0, 0)
    protocol = 0 if port is None else IPPROTO_TCP
    ip = struct.pack("=4s4s4s4s16s16s16s16sHBB", *addresses, *masks, name, name, exact, exact, protocol, 0, 0)
    standard = struct.pack("=H29sBi4x", TARGET + 8, b"", 0, ACCEPT)
    return ip + struct.pack("=IHHI16x", 0, HEAD + len(match), HEAD + len(match) + len(standard), 0) + match + standard


def asked(what: int, question: bytes) -> bytes:
    buffer = ctypes.create_string_buffer(question, len(question))
    size = ctypes.c_uint32(len(question))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        failed(libc.getsockopt(asking.fileno(), SOL_IP, what, buffer, ctypes.byref(size)))
    return buffer.raw


def tell(what: int, message: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as telling:
        failed(libc.setsockopt(telling.fileno(), SOL_IP, what, message, len(message)))


def failed(code: int) -> None:
    if code != 0:
        raise Problem(f"iptables-legacy: {os.strerror(ctypes.get_errno())}")
