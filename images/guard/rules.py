"""Rules as `iptables-save` writes them, and the addresses that stand behind names in ours."""
import ipaddress
import os
import re
import socket

# What a guard of any stack calls its chain; the rest is the stack's instance id.
CHAIN = "JHG-"


def own(lines, chain):
    """A chain's lines of a table: itself, what is in it, and what leads to it."""
    return [line for line in lines if chain in line]


def comes_first(lines, parent, chain):
    """Whether nothing but other guards decides before the chain."""
    for line in lines:
        if line.startswith(f"-A {parent} "):
            if line.endswith(f"-j {chain}"):
                return True
            if CHAIN not in line:
                return False
    return False


def resolvers():
    """The host's DNS servers, where they are not in each container the container itself."""
    with open("/etc/resolv.conf") as file:
        words = [line.split() for line in file]
    return [word[1] for word in words if len(word) > 1 and word[0] == "nameserver" and is_ipv4(word[1]) and not word[1].startswith("127.")]


def is_ipv4(text):
    try:
        return ipaddress.ip_address(text).version == 4
    except ValueError:
        return False


def addresses(name):
    try:
        return sorted({info[4][0] for info in socket.getaddrinfo(name, None, socket.AF_INET)})
    except OSError:
        return []


def bridges():
    """Bridges of Docker's networks, where they have the names that Docker or another stack gives them."""
    return sorted(name for name in os.listdir("/sys/class/net") if re.fullmatch(r"docker0|br-[0-9a-f]{12}|jh-.*", name))


def expanded(rules, others):
    """Rules with what stands behind `@bridges`, `@resolvers` and `@NAME` (addresses): one for each, none where there is none."""
    lines = []
    for rule in rules:
        at = next((word for word in rule.split() if word.startswith("@")), None)
        found = [] if at is None else others if at == "@bridges" else resolvers() if at == "@resolvers" else addresses(at[1:])
        lines += [rule] if at is None else [rule.replace(at, name) for name in found]
    return lines
