"""Checks a password against what the roster holds.

Derived passwords have 80 random bits and cannot be guessed at any speed, so a fast hash is enough. Passwords that
people chose can be guessed, so their hash is slow. The prefix names the scheme.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata

_NOBODY = "sha256$" + "00" * 16 + "$" + "00" * 32
"""Checked where there is no hash, so that an unknown name takes as long as a known one."""


def matches(password: str, kept: str | None) -> bool:
    known = kept is not None
    scheme, _, rest = (kept or _NOBODY).partition("$")
    salt_hex, _, digest_hex = rest.partition("$")
    try:
        salt, expected = bytes.fromhex(salt_hex), bytes.fromhex(digest_hex)
    except ValueError:
        salt, expected, known = b"", bytes(32), False
    # A form that is not UTF-8 brings surrogates.
    got = hmac.new(salt, password.encode("utf-8", "replace"), hashlib.sha256).digest()
    return hmac.compare_digest(got, expected) and known and scheme == "sha256"


CHOSEN = "scrypt"
_CHOSEN = re.compile(r"scrypt\$16384\$8\$5\$([0-9a-f]{32})\$([0-9a-f]{64})")
_NO_ONE = f"{CHOSEN}$16384$8$5$" + "00" * 16 + "$" + "00" * 32


def chosen(kept: str | None) -> bool:
    return kept is not None and kept.startswith(CHOSEN + "$")


def matches_chosen(password: str, kept: str | None) -> bool:
    """Takes a fifth of a second and 16 MiB, with or without a hash to check against: too long for the event loop."""
    found = _CHOSEN.fullmatch(kept if kept is not None and chosen(kept) else _NO_ONE)
    if not found:
        return False
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "replace")
    got = hashlib.scrypt(typed, salt=bytes.fromhex(found[1]), n=16384, r=8, p=5, dklen=32, maxmem=1 << 26)
    return hmac.compare_digest(got, bytes.fromhex(found[2])) and chosen(kept)
