"""Parts that can be tested without a hub."""

import asyncio
import json

import pytest
from conftest import PASSWORD, hub_section, look, password_hash, person
from declared import names, settings
from declared.forwarding import Forwarding
from declared.login.slowdown import Busy, Slowdown
from declared.people import passwords, roster

SETTINGS = {
    "instance": "i",
    "roster": "P-roster",
    "gate": "tcp://gate:2375",
    "personPrefix": "P-u-",
    "hubHost": "hub",
    "hubPort": 8081,
    "proxyApi": "http://proxy:8001",
    "publicUrl": "http://127.0.0.1:8000/",
    "baseUrl": "/",
    "serverPort": 8888,
    "authentication": {"type": "password"},
    "idle": {"cullAfter": 3600, "maxAge": 0, "lookEvery": 300},
    "rosterInterval": 3,
    "forwarding": {"hops": 0, "trusted": []},
    "hub": hub_section(),
    "look": look(),
    "revoke": "soft",
    "dynamic": None,
    "database": {"kind": "sqlite", "ca": ""},
}


def test_settings():
    given = settings.parse(json.dumps(SETTINGS))
    assert (given.person_prefix, given.cull_after, given.roster_interval) == ("P-u-", 3600, 3.0)
    assert not given.on_nodes
    assert settings.parse(json.dumps({**SETTINGS, "onNodes": True})).on_nodes


@pytest.mark.parametrize(
    "change,complaint",
    [
        ({"hubPort": "8081"}, "hubPort must be int"),
        ({"hubPort": True}, "hubPort must be int"),
        ({"gate": None}, "gate must be str"),
        ({"more": 1}, "unknown: more"),
        ({"idle": {"cullAfter": 1, "maxAge": 0, "lookEvery": 5, "x": 2}}, "unknown: idle.x"),
        ({"idle": {}}, "idle.cullAfter is missing"),
        ({"idle": []}, "idle must be dict"),
        ({"forwarding": {"hops": 1, "trusted": ["10.0.0.0/33"]}}, "forwarding.trusted: '10.0.0.0/33'"),
        ({"baseUrl": "lab"}, "baseUrl"),
        ({"personPrefix": ""}, "personPrefix"),
        ({"rosterInterval": 0}, "rosterInterval"),
        ({"revoke": "harder"}, "revoke must be soft or hard"),
        ({"hub": hub_section(more=1)}, "unknown: hub.more"),
        ({"hub": hub_section(adminAccess="no")}, "hub.adminAccess must be true or false"),
        ({"hub": hub_section(services=[{"name": "x"}])}, r"hub.services\[0\].url is missing"),
        (
            {"hub": hub_section(roles=[{"name": "x", "description": "", "scopes": "all"}])},
            r"hub.roles\[0\].scopes must be list",
        ),
    ],
)
def test_settings_that_are_wrong_are_named(change, complaint):
    with pytest.raises(settings.SettingsError, match=complaint):
        settings.parse(json.dumps({**SETTINGS, **change}))


@pytest.mark.parametrize("text", ["", "{", "[]", "3"])
def test_settings_that_are_none(text):
    with pytest.raises(settings.SettingsError):
        settings.parse(text)


def test_secrets():
    good = {
        "CONFIGPROXY_AUTH_TOKEN": "x",
        "JUPYTERHUB_COOKIE_SECRET": "ab" * 32,
        "JUPYTERHUB_CRYPT_KEY": "cd" * 32,
        "JUPYTERHUB_ADMIN_TOKEN": "e" * 40,
    }
    read = settings.secrets(good)
    assert read.cookie_secret == bytes.fromhex("ab" * 32) and "eee" not in repr(read)
    for name, value in [
        *((name, "") for name in good),
        ("JUPYTERHUB_COOKIE_SECRET", "xy"),
        ("JUPYTERHUB_ADMIN_TOKEN", "e" * 65),
    ]:
        with pytest.raises(settings.SettingsError, match=name):
            settings.secrets({**good, name: value})


def test_settings_that_are_not_there():
    with pytest.raises(settings.SettingsError, match="JUPYTERHUB_SETTINGS is not set"):
        settings.from_env({})


def test_roster():
    read = roster.parse(json.dumps({"people": {"ada": person("ada", groups=["x"])}}), "P-u-")
    assert read.get("ada").groups == ("x",) and read.by_login("ada").name == "ada"
    assert "sha256$" not in repr(read.get("ada"))


@pytest.mark.parametrize("name", ["ada", "ada.lovelace@example.org", "ädä", "a" * 40])
def test_what_a_roster_leaves_out_is_as_for_most_people(name):
    short = {"password": "x", "incarnation": "a1"}
    read = roster.parse(json.dumps({"people": {name: short}}), "P-u-").get(name)
    assert (read.container, read.login, read.groups) == (f"P-u-{names.slug(name)}", name, ())
    assert (read.admin, read.lifecycle, read.blocked) == (False, "on-demand", False)


@pytest.mark.parametrize(
    "change",
    [
        {"container": "P-u-"},
        {"container": "P-hub"},
        {"container": "P-u-a/../x"},
        {"container": "P-u-A"},
        {"container": "P-u-" + "a" * 60},
        {"container": "P-u-ada\n"},
        {"admin": "yes"},
        {"admin": None},
        {"admin": 1},
        {"groups": "staff"},
        {"groups": [1]},
        {"groups": [""]},
        {"login": "Ada"},
        {"login": ""},
        {"lifecycle": "sometimes"},
        {"incarnation": ""},
        {"incarnation": "gone"},
        {"incarnation": 3},
        {"password": 3},
        {"blocked": "yes"},
        {"blocked": None},
        {"more": 1},
        {"remove": "incarnation"},
    ],
)
def test_a_roster_with_anything_wrong_is_not_used(change):
    fields = {**person("ada"), **change}
    if "remove" in change:
        del fields[fields.pop("remove")]
    with pytest.raises(roster.RosterError):
        roster.parse(json.dumps({"people": {"ada": fields, "bob": person("bob")}}), "P-u-")


@pytest.mark.parametrize("name", ["Ada", "ada/", "..", "", " ada", "a%41", "a\nb", "ada\n", "ﬁ", "x" * 256])
def test_a_name_that_is_not_one(name):
    with pytest.raises(roster.RosterError):
        roster.parse(json.dumps({"people": {name: person("ada")}}), "P-u-")


def test_two_with_one_container_or_login():
    for key in ("container", "login"):
        people = {"ada": person("ada"), "bob": person("bob", **{key: person("ada")[key]})}
        with pytest.raises(roster.RosterError, match=f"two people with one {key}"):
            roster.parse(json.dumps({"people": people}), "P-u-")
    one = json.dumps(person("ada"))
    with pytest.raises(roster.RosterError, match="twice"):
        roster.parse(f'{{"people": {{"ada": {one}, "ada": {one}}}}}', "P-u-")


def test_normalising_is_done_once_and_for_all():
    for name in ["Ada", "ẞ", "İ", "ǅ", "ﬁ", "Å", "\u0345A", "ΑΣ", "K", "北", "😀"]:
        once = names.normalise(name)
        assert names.normalise(once) == once


def test_client_ids_fit():
    assert names.oauth_client_id("a b@c") == "jupyterhub-user-a%20b%40c"
    long = names.oauth_client_id("北" * 60)
    assert len(long) == 16 + 64 and long != names.oauth_client_id("北" * 59)


def test_passwords():
    kept = password_hash(PASSWORD)
    assert passwords.matches(PASSWORD, kept)
    for wrong, against in [
        ("x", kept),
        ("", kept),
        (PASSWORD, None),
        ("", None),
        (PASSWORD, "md5" + kept[6:]),
        (PASSWORD, "nonsense"),
        ("", "sha256$$"),
    ]:
        assert not passwords.matches(wrong, against)


async def test_slow_down():
    now = [0.0]
    slow = Slowdown(lambda: now[0])
    for _ in range(5):
        slow.failed("ada", "1.1.1.1")
    assert slow.delay("ada", "2.2.2.2") == 0
    for _ in range(20):
        slow.failed("ada", "1.1.1.1")
    assert slow.delay("ada", "2.2.2.2") == 5, "never more"
    assert slow.delay("bob", "1.1.1.1") == 0
    for n in range(40):
        slow.failed(f"guess{n}", "1.1.1.1")
    assert slow.delay("bob", "1.1.1.1") > 0
    now[0] += 601
    assert slow.delay("ada", "1.1.1.1") == 0


async def test_only_so_many_wait(monkeypatch):
    slow = Slowdown()
    for _ in range(7):
        slow.failed("ada", "")
    waiting = [asyncio.create_task(slow.wait("ada", f"{n}")) for n in range(20)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await slow.wait("ada", "21")
    for task in waiting:
        task.cancel()


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr("declared.login.slowdown.REMEMBERED_AT_MOST", 100)
    slow = Slowdown()
    for n in range(1000):
        slow.failed(f"n{n}", "s")
        assert len(slow._counts) <= 100
    assert slow._counts["source", "s"].failures == 1000


@pytest.mark.parametrize(
    "hops,trusted,header,source",
    [
        # people → our proxy: the last entry is what it saw, the others are claims.
        (0, [], "203.0.113.9", "203.0.113.9"),
        (0, [], "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (0, [], "", "peer"),
        (0, [], " , ", "peer"),
        # people → Caddy → our proxy
        (1, [], "203.0.113.9, 172.18.0.3", "203.0.113.9"),
        (1, [], "6.6.6.6, 203.0.113.9, 172.18.0.3", "203.0.113.9"),
        # From inside, past Caddy: there is no other entry.
        (1, [], "172.18.0.3", "172.18.0.3"),
        # people → a proxy on another machine → Caddy → our proxy
        (1, ["10.0.0.0/8"], "203.0.113.9, 10.1.2.3, 172.18.0.3", "203.0.113.9"),
        (1, ["10.0.0.0/8"], "6.6.6.6, 203.0.113.9, 10.9.9.9, 10.1.2.3, 172.18.0.3", "203.0.113.9"),
        (1, ["10.0.0.0/8"], "10.1.2.3, 172.18.0.3", "10.1.2.3"),
        # Past that proxy: the client's address is not a proxy's.
        (1, ["10.0.0.0/8"], "203.0.113.9, 192.0.2.1, 172.18.0.3", "192.0.2.1"),
        (1, ["10.0.0.0/8"], "what?, unknown, 172.18.0.3", "unknown"),
        # people → a proxy on this machine, which Docker shows as the network's gateway → Caddy → our proxy
        (2, [], "6.6.6.6, 203.0.113.9, 172.18.0.1, 172.18.0.3", "203.0.113.9"),
        (2, ["198.51.100.0/24"], "203.0.113.9, 198.51.100.7, 172.18.0.1, 172.18.0.3", "203.0.113.9"),
    ],
)
def test_where_a_request_came_from(hops, trusted, header, source):
    assert Forwarding.of(hops, trusted).source(header, "peer") == source
