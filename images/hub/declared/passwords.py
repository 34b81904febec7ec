"""Checks a password against what the roster holds.

The roster's passwords are derived: 80 random bits, which no speed of trying gets through. So a fast hash is right for
them. The scheme is the prefix; slow ones for passwords that people choose can stand beside it.
"""

from __future__ import annotations

import hashlib
import hmac

_NOBODY = "sha256$" + "00" * 16 + "$" + "00" * 32
"""Checked when there is nothing to check against, so that an unknown name takes as long as a known one."""


def matches(password: str, kept: str | None) -> bool:
    known = kept is not None
    scheme, _, rest = (kept or _NOBODY).partition("$")
    salt_hex, _, digest_hex = rest.partition("$")
    try:
        salt, expected = bytes.fromhex(salt_hex), bytes.fromhex(digest_hex)
    except ValueError:
        salt, expected, known = b"", bytes(32), False
    # surrogates come in by a form that was not UTF-8
    got = hmac.new(salt, password.encode("utf-8", "replace"), hashlib.sha256).digest()
    return hmac.compare_digest(got, expected) and known and scheme == "sha256"
