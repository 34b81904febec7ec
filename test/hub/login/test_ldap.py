"""Name and password against a fake directory. test/deploy/authentication.test.ts has a real one."""

import ssl
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import person
from declared.login.ldap import LdapAuthenticator
from jupyterhub import orm
from ldap3.core.exceptions import LDAPSocketOpenError
from ldapauthenticator.ldapauthenticator import TlsStrategy

PEOPLE = "ou=people,dc=example,dc=org"
LAB = "cn=lab,ou=groups,dc=example,dc=org"


class Connection:
    """The connection after a bind: finds entries and members."""

    def __init__(self, directory, dn):
        self._directory, self._dn = directory, dn
        self.entries = []

    def search(self, search_base, search_scope, search_filter, attributes):
        if search_base == LAB:
            return any(f"member=uid={name},{PEOPLE}" in search_filter for name in self._directory.lab)
        asked = search_filter.split("uid=")[1].rstrip(")")
        found = [name for name in self._directory.passwords if name.lower() == asked]
        self.entries = [
            SimpleNamespace(entry_dn=f"uid={name},{PEOPLE}", entry_attributes_as_dict={"uid": [name]}) for name in found
        ]
        return bool(found)


class Directory:
    def __init__(self):
        self.passwords = {"Ada": "of ada", "bob": "of bob", "mallory": "of mallory"}
        self.lab = ["Ada", "mallory"]
        self.trouble = None
        self.bound = []

    def take_over(self, monkeypatch):
        def bind(authenticator, userdn, password):
            return self.bind(authenticator, userdn, password)

        monkeypatch.setattr(LdapAuthenticator, "get_connection", bind)

    def bind(self, authenticator, userdn, password):
        assert threading.current_thread() is not threading.main_thread(), "the hub would wait"
        self.bound.append(userdn)
        if self.trouble:
            raise self.trouble
        if userdn == "cn=hub":
            return Connection(self, userdn) if password == "the hub's" else None
        for name, kept in self.passwords.items():
            if userdn.lower() == f"uid={name},{PEOPLE}".lower() and kept == password:
                return Connection(self, userdn)
        return None


@pytest.fixture
def directory(world, monkeypatch):
    directory = Directory()
    directory.take_over(monkeypatch)
    monkeypatch.setenv("JUPYTERHUB_AUTHENTICATION_SECRET", "the hub's")
    return directory


def settings(**changed):
    given = {
        "type": "ldap",
        "host": "ldap.example.org",
        "port": 636,
        "tls": "ldaps",
        "ca": "",
        "bindDn": f"uid={{username}},{PEOPLE}",
        "searchBase": "",
        "searchAttribute": "uid",
        "searchFilter": "(uid={username})",
        "searchBindDn": "",
        "allowedGroups": [],
        **changed,
    }
    return {"authentication": given}


SEARCH = {"bindDn": "", "searchBase": PEOPLE, "searchBindDn": "cn=hub"}


@pytest.mark.parametrize("how", [{}, SEARCH])
async def test_listed_people_get_in_with_the_directorys_password(world, directory, how):
    world.declare(ada=person("ada"), robert=person("robert", login="bob"))
    await world.start_hub(**settings(**how))
    for typed in ("ada", "ADA"):
        assert await (await world.log_in(typed, "of ada")).inside()
    assert (await world.browser().log_in("bob", "of bob"))[0] == 302
    assert sorted(row.name for row in world.hub.db.query(orm.User)) == ["ada", "robert"]
    for name, password in [
        ("ada", "of bob"),
        ("ada", ""),
        ("ada", " "),
        ("nobody", "x"),
        ("", ""),
        ("ada)(uid=*", "of ada"),
        (f"ada,{PEOPLE}", "of ada"),
        ("a\x00b", "x"),
    ]:
        status, page = await world.browser().log_in(name, password)
        assert status == 403 and "Wrong name or password." in page, name
    for name, password in [("mallory", "of mallory")]:
        status, page = await world.browser().log_in(name, password)
        assert status == 403 and "mallory is not on the list of people" in page
    assert (await world.browser().log_in("robert", "of bob"))[0] == 403


async def test_only_of_a_group(world, directory):
    world.declare(ada=person("ada"), bob=person("bob"))
    await world.start_hub(**settings(**SEARCH, allowedGroups=[LAB]))
    assert (await world.browser().log_in("ada", "of ada"))[0] == 302
    status, page = await world.browser().log_in("bob", "of bob")
    assert status == 403 and "bob is not in a group that may use this hub." in page and "cn=lab" not in page


async def test_guessing_is_slow(world, directory):
    world.declare(ada=person("ada"))
    await world.start_hub(**settings())
    for _ in range(6):
        assert (await world.browser().log_in("ada", "guess"))[0] == 403
    assert world.hub.authenticator.slowdown.delay("ada", "10.0.0.7") > 0
    await world.log_in("ada", "of ada")
    assert world.hub.authenticator.slowdown.delay("ada", "10.0.0.7") == 0


@pytest.mark.parametrize("trouble", [LDAPSocketOpenError("certificate verify failed"), OSError("no route")])
async def test_a_directory_that_is_away(world, directory, trouble):
    world.declare(ada=person("ada"))
    await world.start_hub(**settings())
    directory.trouble = trouble
    status, page = await world.browser().log_in("ada", "of ada")
    assert status == 503 and "The directory of people does not answer at the moment." in page


async def test_certificates_are_looked_at(world, directory):
    for tls, strategy in (
        ("ldaps", TlsStrategy.on_connect),
        ("starttls", TlsStrategy.before_bind),
        ("none", TlsStrategy.insecure),
    ):
        await world.restart_hub(**settings(tls=tls, ca="-----BEGIN CERTIFICATE-----"))
        chosen = world.hub.authenticator
        assert (chosen.tls_strategy, chosen.tls_kwargs["validate"]) == (strategy, ssl.CERT_REQUIRED)
        assert "BEGIN CERTIFICATE" in Path(chosen.tls_kwargs["ca_certs_file"]).read_text()


@pytest.mark.parametrize(
    "change,complaint",
    [
        ({"tls": "maybe"}, "authentication.tls must be one of ldaps, starttls, none"),
        ({"searchBase": PEOPLE}, "one of bindDn and searchBase"),
        ({"bindDn": ""}, "one of bindDn and searchBase"),
        ({"more": 1}, "unknown: authentication.more"),
    ],
)
async def test_settings_that_are_not_understood(world, directory, change, complaint):
    await world.refuse_hub(complaint, **settings(**change))


async def test_a_search_account_without_its_password(world, directory):
    world.monkeypatch.delenv("JUPYTERHUB_AUTHENTICATION_SECRET")
    await world.refuse_hub("JUPYTERHUB_AUTHENTICATION_SECRET is not set", **settings(**SEARCH))
