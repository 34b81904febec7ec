"""Runs the host's network programs, and names what a guard creates with them."""

from __future__ import annotations

import os
import subprocess

TABLE, CHAIN, BRIDGE = "jhg-", "JHG-", "jh-"
"""Prefixes of the names of a guard's table, chain and bridge; the stack's instance id follows."""


class Problem(Exception):
    """Why the rules cannot be in force, for the administrator of the host."""


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
