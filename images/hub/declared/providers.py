"""From the type in the settings to the authenticator class, with its configuration.

Each type has a module with `configure(c, settings, given, secret)`. Only the chosen one is imported: some take longer
than the rest of the hub.
"""

from __future__ import annotations

import importlib
import ssl
from pathlib import Path
from typing import Any

from .settings import Reader, Secrets, Settings, SettingsError

MODULES = {
    "password": "authenticator",
    "github": "github",
    "oidc": "oidc",
    "ldap": "ldap",
    "native": "native",
    "dummy": "dummy",
    "custom": "custom",
}


def configure(c: Any, settings: Settings, secrets: Secrets) -> type:
    """Sets the class's traits and returns it. SettingsError for a type or a key that this image does not know."""
    module = MODULES.get(settings.authentication)
    if module is None:
        raise SettingsError(
            f"authentication {settings.authentication!r} is not yet supported; it can be: {', '.join(MODULES)}"
        )
    given = Reader("authentication.", dict(settings.provider))
    chosen = importlib.import_module(f".{module}", __package__).configure(c, settings, given, secrets.authentication)
    given.done()
    return chosen


def bundle(pem: str, settings: Settings) -> str | None:
    """A file with the authorities of this machine and those in `pem`; None where there are none to add."""
    if not pem:
        return None
    known = ssl.get_default_verify_paths().cafile
    file = settings.data_dir / "provider-ca.pem"
    file.write_text((Path(known).read_text() if known else "") + "\n" + pem)
    return str(file)
