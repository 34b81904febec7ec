"""Names of people and of their servers: one spelling for each, and the OAuth client id that JupyterHub derives from it.

The Pulumi program has the same rules in TypeScript, and the launcher in Python. test/unit/fixtures/server-env.json and
name-forms.json check that all agree.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

PATTERN = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029/\\%]{1,255}$"
"""Any script, but no character with a meaning in URLs. The `$` is needed because JupyterHub uses `match`."""

LONGEST_SERVER = 30

CLIENT_ID_LIMIT = 255
"""Size of the database columns for OAuth client ids. SQLite does not enforce it; other databases do."""


@dataclass(frozen=True)
class Server:
    """One of a person's servers."""

    person: str
    name: str = ""
    """Empty: the default one, which everybody has."""

    def __str__(self) -> str:
        """As people read it, and as object names are made of it: no name has a slash."""
        return f"{self.person}/{self.name}" if self.name else self.person

    @classmethod
    def read(cls, text: str) -> Server:
        """The server that `str` gives this text."""
        person, _, name = text.partition("/")
        return cls(person, name)


def normalise(name: str) -> str:
    """The one spelling of a name.

    Lower-casing can produce what NFKC would compose again, so NFKC runs before and after it.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).lower())


def login(name: str) -> str:
    """The one spelling of a name at an identity provider.

    Only A to Z are lower-cased. Providers distinguish names that `normalise` makes equal (full-width letters, for
    example), and nobody may log in as somebody else with such a name. The result of `normalise` stays unchanged.
    """
    # The kelvin sign is the only character that NFC turns into an English letter.
    composed = _KELVIN.join(unicodedata.normalize("NFC", part) for part in name.split(_KELVIN))
    return composed.translate(_LOWER)


_KELVIN = "\u212a"
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def oauth_client_id(person: str, server: str = "") -> str:
    """The OAuth client id of a server.

    JupyterHub URL-quotes the name: sixty Chinese characters give an id of 556, too long for the column. Such a name
    is replaced by its hash. A server names its cookies by the id, so there is no slash in it; no name has a tilde.
    """
    quoted = f"jupyterhub-user-{quote(person)}{f'~{server}' if server else ''}"
    if len(quoted) <= CLIENT_ID_LIMIT:
        return quoted
    return f"jupyterhub-user-{hashlib.sha256(str(Server(person, server)).encode()).hexdigest()}"


def good_server(name: str) -> bool:
    """Whether a server besides the default one may be called so. Only JupyterHub asks for a letter at the beginning."""
    return len(name) <= LONGEST_SERVER and re.fullmatch("[a-z][a-z0-9]*(?:-[a-z0-9]+)*", name) is not None


def matches(name: str) -> bool:
    return re.match(PATTERN, name) is not None and name == name.strip() and set(name) != {"."}


_UNSEEN = frozenset(
    [
        *[0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0],
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)
"""Letters and marks by Unicode's classes that are not shown: two names would look like one."""


def without_list(name: str) -> bool:
    """Whether somebody who is not listed may have the name: what the stack file could list, too.

    Letters and digits of any script, and `._@+ -`. The launcher has the same rule.
    """
    return (
        matches(name)
        and name == normalise(name)
        and all(character in "._@+ -" or _shows(character) for character in name)
        and (name[0] == "_" or unicodedata.category(name[0])[0] in "LN")
    )


def _shows(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" and ord(character) not in _UNSEEN


def slug(name: str) -> str:
    """A person's part of the names of Docker's objects (components/docker/names.ts).

    Of a server, `ada/work`, it always has the hash.
    """
    if re.fullmatch("[a-z0-9]{1,30}", name):
        return name
    dashed = re.sub("[^a-z0-9]+", "-", name).lstrip("-")[:12].rstrip("-")
    # 80 bits: nobody can search for a name with the same hash to get another person's home.
    digest = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()
    return f"{dashed or 'x'}--{digest[:16]}"


def segment(name: str) -> str:
    """A name as a part of a path: the same for all scripts, and without a character that a server on the way reads."""
    return name.encode().hex()
