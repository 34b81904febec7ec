"""People's names: one spelling for each name, and the OAuth client id that JupyterHub derives from it.

The Pulumi program has the same rules in TypeScript. test/unit/fixtures/server-env.json checks that both agree.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

PATTERN = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029/\\%]{1,255}$"
"""Any script, but no character with a meaning in URLs. The `$` is needed because JupyterHub uses `match`."""

CLIENT_ID_LIMIT = 255
"""Size of the database columns for OAuth client ids. SQLite does not enforce it; other databases do."""


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


def oauth_client_id(name: str) -> str:
    """The OAuth client id of a person's server.

    JupyterHub URL-quotes the name: sixty Chinese characters give an id of 556, too long for the column. Such a name
    is replaced by its hash.
    """
    quoted = f"jupyterhub-user-{quote(name)}"
    if len(quoted) <= CLIENT_ID_LIMIT:
        return quoted
    return f"jupyterhub-user-{hashlib.sha256(name.encode()).hexdigest()}"


def matches(name: str) -> bool:
    return re.match(PATTERN, name) is not None and name == name.strip() and set(name) != {"."}
