"""Asks the kernel directly, because a program would have to be started for it every second."""

from __future__ import annotations

import fcntl
import os
import socket
import struct

NETLINK_NETFILTER, NLM_F_REQUEST = 12, 1
NFT_MSG_NEWGEN, NFT_MSG_GETGEN = (10 << 8) | 15, (10 << 8) | 16
NFTA_GEN_ID = 1
SIOCGIFADDR = 0x8915


def generation() -> int | None:
    """The generation id of nftables, which each change by anybody increases; None where it is unknown."""
    header = struct.pack("=IHHII", 20, NFT_MSG_GETGEN, NLM_F_REQUEST, 0, 0)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as question:
            question.settimeout(1)
            question.send(header + bytes(4))
            answer = question.recv(4096)
    except OSError:
        return None
    return generation_in(answer)


def generation_in(answer: bytes) -> int | None:
    if len(answer) < 20 or struct.unpack_from("=IH", answer)[1] != NFT_MSG_NEWGEN:
        return None
    at = 20
    while at + 4 <= len(answer):
        length, kind = struct.unpack_from("=HH", answer, at)
        if kind == NFTA_GEN_ID and length == 8:
            return int.from_bytes(answer[at + 4 : at + 8], "big")
        at += max(4, (length + 3) & ~3)
    return None


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
