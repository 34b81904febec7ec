"""People's names: one spelling for each, and what JupyterHub makes of it.

The Pulumi program has the same rules in TypeScript; test/unit/fixtures/server-env.json holds the two together.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

PATTERN = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029/\\%]{1,255}$"
"""Any script, but nothing that could mean something else in a URL. JupyterHub only matches the beginning: hence the
`$`.
"""

CLIENT_ID_LIMIT = 255
"""What the columns for OAuth client ids hold. SQLite does not insist, other databases do."""


def normalise(name: str) -> str:
    """The one spelling of a name.

    Lower case can leave what NFKC would compose again, so it is applied on both sides: the result is a fixed point.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).lower())


def login(name: str) -> str:
    """The one spelling of a name at an identity provider.

    Only A to Z have no case: providers tell names apart that look alike, or are one to us (full-width letters, say),
    and nobody may get in as somebody else by such a name. What `normalise` made stays as it is.
    """
    # the kelvin sign is the one character that NFC makes an English letter of
    composed = _KELVIN.join(unicodedata.normalize("NFC", part) for part in name.split(_KELVIN))
    return composed.translate(_LOWER)


_KELVIN = "\u212a"
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def oauth_client_id(name: str) -> str:
    """The id under which a person's server asks the hub who is there.

    JupyterHub quotes the name: sixty Chinese characters make 556, too long for the column. Such a name is replaced by
    its hash, which no name can be mistaken for: it is longer than a name may be.
    """
    quoted = f"jupyterhub-user-{quote(name)}"
    if len(quoted) <= CLIENT_ID_LIMIT:
        return quoted
    return f"jupyterhub-user-{hashlib.sha256(name.encode()).hexdigest()}"


def matches(name: str) -> bool:
    return re.match(PATTERN, name) is not None and name == name.strip() and set(name) != {"."}
