"""Asks the kernel directly, because a program would have to be started for it every second."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from collections.abc import Iterator

NETLINK_NETFILTER, NLM_F_REQUEST, NLM_F_DUMP = 12, 1, 0x300
NLMSG_DONE = 3
NFT_MSG_NEWGEN, NFT_MSG_GETGEN = (10 << 8) | 15, (10 << 8) | 16
NFT_MSG_NEWOBJ, NFT_MSG_GETOBJ = (10 << 8) | 18, (10 << 8) | 19
NFPROTO_INET = 1
NFTA_GEN_ID = 1
NFTA_OBJ_TABLE, NFTA_OBJ_NAME, NFTA_OBJ_DATA = 1, 2, 4
NFTA_COUNTER_PACKETS = 2
NLA_TYPE_MASK = 0x3FFF
SIOCGIFADDR = 0x8915


def generation() -> int | None:
    """The generation id of nftables, which each change by anybody increases; None where it is unknown."""
    for kind, body in answers(NFT_MSG_GETGEN, NLM_F_REQUEST, 0, b""):
        found = dict(attributes(body))
        if kind == NFT_MSG_NEWGEN and len(found.get(NFTA_GEN_ID, b"")) == 4:
            return int.from_bytes(found[NFTA_GEN_ID], "big")
    return None


def counters(table: str) -> dict[str, int]:
    """Packets by the name of a counter in a table of the family inet; without what the kernel does not tell."""
    name = table.encode() + b"\0"
    of_table = struct.pack("=HH", 4 + len(name), NFTA_OBJ_TABLE) + name + bytes(-len(name) % 4)
    found = {}
    for kind, body in answers(NFT_MSG_GETOBJ, NLM_F_REQUEST | NLM_F_DUMP, NFPROTO_INET, of_table):
        one = dict(attributes(body))
        packets = dict(attributes(one.get(NFTA_OBJ_DATA, b""))).get(NFTA_COUNTER_PACKETS, b"")
        if kind == NFT_MSG_NEWOBJ and one.get(NFTA_OBJ_TABLE) == name and len(packets) == 8:
            found[one.get(NFTA_OBJ_NAME, b"").rstrip(b"\0").decode()] = int.from_bytes(packets, "big")
    return found


def answers(kind: int, flags: int, family: int, body: bytes) -> list[tuple[int, bytes]]:
    """What nftables answers: kinds of messages with their attributes. Empty without an answer."""
    header = struct.pack("=IHHIIBBH", 20 + len(body), kind, flags, 0, 0, family, 0, 0)
    found: list[tuple[int, bytes]] = []
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as question:
            question.settimeout(1)
            question.send(header + body)
            while True:
                part = list(messages(question.recv(65536)))
                found += part
                if not flags & NLM_F_DUMP or not part or any(one == NLMSG_DONE for one, _ in part):
                    return found
    except OSError:
        return []


def messages(answer: bytes) -> Iterator[tuple[int, bytes]]:
    """Kinds of messages, and their attributes."""
    at = 0
    while at + 16 <= len(answer):
        length, kind = struct.unpack_from("=IH", answer, at)
        if length < 16:
            return
        yield kind, answer[at + 20 : at + length]
        at += (length + 3) & ~3


def attributes(body: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(body):
        length, kind = struct.unpack_from("=HH", body, at)
        yield kind & NLA_TYPE_MASK, body[at + 4 : at + length]
        at += max(4, (length + 3) & ~3)


def first_address(interface: str) -> str | None:
    """The first IPv4 address of an interface, or None."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as question:
            answer = fcntl.ioctl(question, SIOCGIFADDR, struct.pack("256s", interface.encode()))
    except OSError:
        return None
    return socket.inet_ntoa(answer[20:24])


def ports(bridge: str) -> set[str]:
    """Names of a bridge's ports; empty without the bridge."""
    try:
        return set(os.listdir(f"/sys/class/net/{bridge}/brif"))
    except OSError:
        return set()
