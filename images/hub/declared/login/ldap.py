"""`authentication: {type: ldap}`: name and password against a directory."""

from __future__ import annotations

import asyncio
import functools
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldapauthenticator import LDAPAuthenticator

from .. import names
from ..reader import Reader, SettingsError
from ..settings import Settings
from . import providers
from .authenticator import RosterMixin, SlowedDown, TurnedAway

THREADS = 4
"""Questions to the directory at once; each blocks its thread until the answer."""

PATIENCE = 5
"""Seconds for which a directory that does not answer is waited for. ldap3 would wait for as long as the system does."""

# without the schema: with it ldap3 refuses questions about attributes that this directory does not have, as the one for
# groups has in it that goes for all of them
ldap3.Server = functools.partial(ldap3.Server, connect_timeout=PATIENCE, get_info=ldap3.NONE)
ldap3.Connection = functools.partial(ldap3.Connection, receive_timeout=PATIENCE)

TLS = {"ldaps": "on_connect", "starttls": "before_bind", "none": "insecure"}


class LdapAuthenticator(LDAPAuthenticator):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="ldap")

    async def authenticate(self, handler: Any, data: Any) -> dict[str, Any] | None:
        """In a thread: the class is written as if it did not block, and the whole hub would wait."""
        # the directory takes many spellings for one; what it is asked for is what is looked for on the roster
        asked = {**data, "username": names.login(data.get("username", ""))}
        run = functools.partial(asyncio.run, super().authenticate(handler, asked))
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, run)
        except (LDAPException, OSError) as error:
            self.log.error("LDAP: %s", error)
            raise TurnedAway(
                "The directory of people does not answer at the moment. Try again in a minute.", 503
            ) from None


class LdapRosterAuthenticator(RosterMixin, SlowedDown, LdapAuthenticator):
    whose = "a group that may use this hub"


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    chosen = c.LdapRosterAuthenticator
    chosen.server_address = given.take("host", str)
    chosen.server_port = given.take("port", int)
    tls = given.take("tls", str)
    if tls not in TLS:
        raise SettingsError(f"authentication.tls must be one of {', '.join(TLS)}")
    chosen.tls_strategy = TLS[tls]
    # left out, no certificate would be looked at
    ca = providers.bundle(given.take("ca", str), settings) or ssl.get_default_verify_paths().cafile
    chosen.tls_kwargs = {"validate": ssl.CERT_REQUIRED, **({"ca_certs_file": ca} if ca else {})}
    # escaped wherever it is put into a question
    chosen.valid_username_regex = r"^[^\x00-\x1f\x7f]{1,255}$"
    template, base = given.take("bindDn", str), given.take("searchBase", str)
    if bool(template) == bool(base):
        raise SettingsError("authentication has one of bindDn and searchBase")
    attribute, search, user = (given.take(key, str) for key in ("searchAttribute", "searchFilter", "searchBindDn"))
    if template:
        chosen.bind_dn_template = [template]
    else:
        chosen.lookup_dn = True
        chosen.user_search_base = base
        chosen.user_attribute = chosen.lookup_dn_user_dn_attribute = attribute
        chosen.lookup_dn_search_filter = search.replace("{username}", "{login}")
        # the name as the directory has it
        chosen.use_lookup_dn_username = True
        if user and not secret:
            raise SettingsError("JUPYTERHUB_AUTHENTICATION_SECRET is not set")
        chosen.lookup_dn_search_user = user or None
        chosen.lookup_dn_search_password = secret if user else None
    groups = given.texts("allowedGroups")
    chosen.allowed_groups = groups
    chosen.allow_all = not groups
    return LdapRosterAuthenticator
