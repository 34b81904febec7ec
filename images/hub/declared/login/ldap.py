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
from traitlets import Set, Unicode

from .. import names
from ..dynamic import Allow
from ..reader import Reader, SettingsError
from ..settings import Settings
from . import providers
from .authenticator import RosterMixin, SlowedDown
from .turned_away import TurnedAway

THREADS = 4
"""Requests to the directory at the same time; each blocks its thread."""

PATIENCE = 5
"""Seconds to wait for a directory that does not answer. ldap3 would wait as long as the operating system does."""

# Without the schema: with it ldap3 refuses a filter with attributes that this directory does not have, and the filter
# for groups names those of all kinds of directories.
ldap3.Server = functools.partial(ldap3.Server, connect_timeout=PATIENCE, get_info=ldap3.NONE)
ldap3.Connection = functools.partial(ldap3.Connection, receive_timeout=PATIENCE)

TLS = {"ldaps": "on_connect", "starttls": "before_bind", "none": "insecure"}


class LdapAuthenticator(LDAPAuthenticator):
    groups_that_may = Set(Unicode(), config=True, help="Besides being let in, people have to be in one of these.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="ldap")

    async def authenticate(self, handler: Any, data: Any) -> dict[str, Any] | None:
        """In a thread, because the class blocks and the whole hub would wait."""
        # Directories ignore case and more. The name must be the one that is then looked up on the roster.
        asked = {**data, "username": names.login(data.get("username", ""))}
        run = functools.partial(asyncio.run, super().authenticate(handler, asked))
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, run)
        except (LDAPException, OSError) as error:
            self.log.error("LDAP: %s", error)
            raise TurnedAway(
                "The directory of people does not answer at the moment. Try again in a minute.", 503
            ) from None

    async def check_allowed(self, username: str, auth_model: Any) -> bool:
        """The class's own `allowed_groups` are those that the directory is asked for, also for `allow`."""
        return not self.groups_that_may or bool(self.groups_that_may & set(auth_model["auth_state"]["ldap_groups"]))


class LdapRosterAuthenticator(RosterMixin, SlowedDown, LdapAuthenticator):
    whose = "in a group that may use this hub"

    async def fulfils(self, allow: Allow, login: str, model: Any) -> bool:
        return bool(set(allow.of("groups")) & set(self.groups_said(model)))

    def says(self, what: str, model: Any) -> Any:
        """Names of attributes have no case."""
        said = model["auth_state"]["user_attributes"]
        return next((value for name, value in said.items() if name.lower() == what.lower()), None)

    def groups_said(self, model: Any) -> list[str]:
        """Those that the settings name: the directory is asked for no others."""
        return list(model["auth_state"]["ldap_groups"])


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    chosen = c.LdapRosterAuthenticator
    chosen.server_address = given.take("host", str)
    chosen.server_port = given.take("port", int)
    tls = given.take("tls", str)
    if tls not in TLS:
        raise SettingsError(f"authentication.tls must be one of {', '.join(TLS)}")
    chosen.tls_strategy = TLS[tls]
    # Without it no certificate would be checked.
    ca = providers.bundle(given.take("ca", str), settings) or ssl.get_default_verify_paths().cafile
    chosen.tls_kwargs = {"validate": ssl.CERT_REQUIRED, **({"ca_certs_file": ca} if ca else {})}
    # Wide, because the name is escaped in each filter.
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
        # The name in the directory's spelling.
        chosen.use_lookup_dn_username = True
        if user and not secret:
            raise SettingsError("JUPYTERHUB_AUTHENTICATION_SECRET is not set")
        chosen.lookup_dn_search_user = user or None
        chosen.lookup_dn_search_password = secret if user else None
    groups, dynamic = given.texts("allowedGroups"), settings.dynamic
    chosen.groups_that_may = set(groups)
    chosen.allowed_groups = [*groups, *(dynamic.allow.of("groups") if dynamic else ())]
    if dynamic is not None and dynamic.ids is not None:
        chosen.auth_state_attributes = [dynamic.ids.uid, dynamic.ids.gid]
    return LdapRosterAuthenticator
