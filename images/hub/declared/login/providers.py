"""Chooses and configures the authenticator class for the type in the settings.

Each type has a module with `configure(c, settings, given, secret)`. Only the chosen module is imported: some take
longer to import than the rest of the hub.
"""

from __future__ import annotations

import importlib
import ssl
from pathlib import Path
from typing import Any

from ..reader import Reader, SettingsError
from ..settings import Secrets, Settings

TYPES = ("password", "github", "oidc", "lti", "ldap", "native", "dummy", "custom", "anonymous")


def configure(c: Any, settings: Settings, secrets: Secrets) -> type:
    """Sets the class's traits. @returns the class @raises SettingsError for an unknown type or key"""
    if settings.authentication not in TYPES:
        raise SettingsError(
            f"authentication {settings.authentication!r} is not yet supported; it can be: {', '.join(TYPES)}"
        )
    given = Reader("authentication.", dict(settings.provider))
    module = importlib.import_module(f".{settings.authentication}", __package__)
    chosen: type = module.configure(c, settings, given, secrets.authentication)
    given.done()
    return chosen


def bundle(pem: str, settings: Settings) -> str | None:
    """A file with the system's certificate authorities and those in `pem`; None if `pem` is empty."""
    if not pem:
        return None
    known = ssl.get_default_verify_paths().cafile
    file = settings.data_dir / "provider-ca.pem"
    file.write_text((Path(known).read_text() if known else "") + "\n" + pem)
    return str(file)
