"""Names of people and of their servers, and what Docker objects and variables are called after them.

The Pulumi program has the same rules in TypeScript, and the hub in Python. The launcher checks a name again, because
the hub may be hostile: a name becomes part of paths, of lines of /etc/passwd and of mounts.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

LONGEST = 255
LONGEST_SERVER = 30
CLIENT_ID_LIMIT = 255
"""Size of JupyterHub's database columns for OAuth client ids."""

INVISIBLE = frozenset(
    [
        *[0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0],
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)
"""Letters and marks by Unicode's classes that are not shown: two names would look like one."""


@dataclass(frozen=True)
class Server:
    """One of a person's servers."""

    person: str
    name: str = ""
    """Empty: the one that everybody has."""

    def __str__(self) -> str:
        """As people read it, and as object names are made of it: no name has a slash."""
        return f"{self.person}/{self.name}" if self.name else self.person


def normalise(name: str) -> str:
    """The one spelling of a name. Lower-casing can produce what NFKC would compose again."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).lower())


def from_hex(text: str) -> str | None:
    """The name that the hub wrote as hexadecimal UTF-8; None if it is no UTF-8."""
    try:
        return bytes.fromhex(text).decode("utf-8")
    except ValueError:
        return None


def good(name: str) -> bool:
    """Whether somebody who is not listed may have the name: letters and digits of any script, and `._@+ -`."""
    return (
        0 < len(name) <= LONGEST
        and name == normalise(name)
        and all(_in_names(character) for character in name)
        and (name[0] == "_" or unicodedata.category(name[0])[0] in "LN")
        and not name.endswith(" ")
    )


def good_server(name: str) -> bool:
    """Whether a server besides the one that everybody has may be called so."""
    return len(name) <= LONGEST_SERVER and re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", name) is not None


def _in_names(character: str) -> bool:
    if character in "._@+ -":
        return True
    return unicodedata.category(character)[0] in "LMN" and ord(character) not in INVISIBLE


def slug(name: str) -> str:
    """A name's part of object names: the name if it is short and plain, else a readable beginning and a hash.

    A further server's, `ada/work`, always has the hash.
    """
    if re.fullmatch("[a-z0-9]{1,30}", name):
        return name
    readable = re.sub("[^a-z0-9]+", "-", name).lstrip("-")[:12].rstrip("-")
    digest = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()
    return f"{readable or 'x'}--{digest[:16]}"


def docker_spawner_escape(name: str) -> str:
    """DockerSpawner's escaping: a byte other than a-z and 0-9 becomes `-` and two hexadecimal digits."""
    return "".join(chr(byte) if chr(byte) in _PLAIN else f"-{byte:02x}" for byte in name.encode())


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def oauth_client_id(server: Server) -> str:
    """A server names its cookies by it, so there is no slash in it. No name has a tilde."""
    quoted = f"jupyterhub-user-{quote(server.person)}{f'~{server.name}' if server.name else ''}"
    if len(quoted) <= CLIENT_ID_LIMIT:
        return quoted
    return f"jupyterhub-user-{hashlib.sha256(str(server).encode()).hexdigest()}"


def escaped(name: str) -> str:
    """The name in URL paths."""
    return quote(name, safe="@")


def in_json(name: str) -> str:
    """The name inside a text of JSON, without the quotation marks."""
    return json.dumps(name)[1:-1]
