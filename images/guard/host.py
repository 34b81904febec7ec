"""Programs of the machine's network, and what a guard calls its things there."""

import os
import subprocess

# What a guard of any stack calls its table, its chain and its bridge; the rest is the stack's instance id.
TABLE, CHAIN, BRIDGE = "jhg-", "JHG-", "jh-"


class Problem(Exception):
    """Something that keeps the rules from being in force, for whoever runs the machine."""


def run(*args: str, text: str | None = None) -> str:
    done = subprocess.run(args, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"{' '.join(args)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def log(message: str) -> None:
    print(message, flush=True)


def read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return ""


def ipv6() -> bool:
    return os.path.exists("/proc/net/if_inet6")
