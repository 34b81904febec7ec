"""Conditions by which people are let in who are not on the list: what each type of log-in can check."""

import pytest
import test_github
import test_ldap
import test_oidc
from conftest import person
from declared import dynamic
from declared.login.ldap import LdapAuthenticator
from declared.reader import SettingsError
from provider import FakeGitHub, FakeOidc

NOT_LISTED = "is not on the list of people who may use this hub"


def everybody(**changed):
    return {"dynamic": {"allow": "all", "ids": None, "groups": False, **changed}}


async def test_members_of_a_github_organization_or_team(world):
    github = FakeGitHub()
    await github.start(world, "github")
    world.make_dynamic()
    world.list_people(ada=person("ada", login="lovelace"), bob=person("bob"))
    github.organizations = {"lab": {"mia", "ada"}, "course/tutors": {"ben"}}
    allow = {"organizations": ["lab"], "teams": ["course/tutors"]}
    await world.start_hub(**test_github.settings(world), **everybody(allow=allow, groups=True))
    assert world.hub.authenticator.scope == ["read:org"]

    async def enter(login):
        github.here = login
        return (await test_github.log_in(world))[1:3]

    for login in ("mia", "ben", "bob", "lovelace"):
        assert (await enter(login))[0] == 200, login
    assert (await world.api("GET", "/users/mia"))[1]["groups"] == ["lab"]
    assert (await world.api("GET", "/users/ben"))[1]["groups"] == ["course/tutors"]
    for login in ("eve", "ada"):
        status, said = await enter(login)
        assert status == 403 and NOT_LISTED in said and "lab" not in said
    # Conditions of the section `authentication` are for everybody.
    await world.restart_hub(**test_github.settings(world, organizations=["other"]), **everybody(allow="all"))
    assert "is not in an organization or team" in (await enter("mia"))[1]
    github.organizations["other"] = {"eve"}
    assert (await enter("eve"))[0] == 200
    # What cannot be checked is not fulfilled.
    await world.restart_hub(**test_github.settings(world), **everybody(allow=allow))

    async def away(*_):
        raise RuntimeError("no answer")

    world.hub.authenticator._check_membership_allowed_organizations = away
    status, said = await enter("mia")
    assert status == 403 and NOT_LISTED in said


OIDC = {"claims": {}, "domains": [], "groups": []}


@pytest.mark.parametrize(
    "allow,claims,good",
    [
        ({"claims": {"role": ["staff", "tutor"]}}, {"role": "tutor"}, True),
        ({"claims": {"role": ["staff"]}}, {"role": ["x", "staff"]}, True),
        ({"claims": {"member": ["true"]}}, {"member": True}, True),
        ({"claims": {"year": ["2026"]}}, {"year": 2026}, True),
        ({"claims": {"role": ["staff"]}}, {"role": "staff2"}, False),
        ({"claims": {"role": ["staff"]}}, {"role": {"staff": True}}, False),
        ({"claims": {"role": ["None"]}}, {"role": None}, False),
        ({"claims": {"role": ["staff"]}}, {}, False),
        ({"domains": ["Example.org"]}, {"email": "mia@EXAMPLE.org", "email_verified": True}, True),
        ({"domains": ["example.org"]}, {"email": "mia@example.org", "email_verified": "true"}, False),
        ({"domains": ["example.org"]}, {"email": "mia@example.org"}, False),
        ({"domains": ["example.org"]}, {"email": "mia@evil.example.org", "email_verified": True}, False),
        ({"domains": ["example.org"]}, {"email": "mia@example.org@evil.example", "email_verified": True}, False),
        ({"domains": ["example.org"]}, {"email": "example.org", "email_verified": True}, False),
        ({"domains": ["example.org"]}, {"email": ["mia@example.org"], "email_verified": True}, False),
        ({"groups": ["lab"]}, {"groups": ["lab"]}, True),
        ({"groups": ["lab"]}, {"groups": "lab"}, False),
        ({"groups": ["lab"], "claims": {"role": ["staff"]}}, {"role": "staff"}, True),
        ({"claims": {"role": []}}, {"role": ""}, False),
        ({}, {"groups": [], "role": ""}, False),
    ],
)
async def test_conditions_of_openid_connect(world, allow, claims, good):
    provider = FakeOidc()
    await provider.start(world, "oidc")
    world.make_dynamic()
    world.list_people(bob=person("bob"))
    await world.start_hub(**test_oidc.settings(world), **everybody(allow={**OIDC, **allow}))
    assert ("email" in world.hub.authenticator.scope) == ("domains" in allow)
    for name, expected in (("bob", True), ("mia", good)):
        provider.claims = {"sub": "1", "preferred_username": name, **claims}
        assert ((await test_github.log_in(world))[1] == 200) == expected, name


@pytest.mark.parametrize(
    "said,ids",
    [
        ({"uidNumber": 2001, "gidNumber": "2002"}, ("2001", "2002")),
        ({"uidNumber": 0, "gidNumber": 1}, ()),
        ({"uidNumber": -1, "gidNumber": 1}, ()),
        ({"uidNumber": 2**31, "gidNumber": 1}, ()),
        ({"uidNumber": True, "gidNumber": 1}, ()),
        ({"uidNumber": 2001.0, "gidNumber": 1}, ()),
        ({"uidNumber": "2001/1", "gidNumber": "1"}, ()),
        ({"uidNumber": "+1", "gidNumber": "٣"}, ()),
        ({"uidNumber": [1, 2], "gidNumber": [1]}, ()),
        ({"uidNumber": 2001}, ()),
    ],
)
async def test_ids_come_from_claims_and_are_numbers(world, said, ids):
    provider = FakeOidc()
    await provider.start(world, "oidc")
    world.make_dynamic()
    world.list_people(bob=person("bob"))
    wanted = {"uid": "uidNumber", "gid": "gidNumber"}
    await world.start_hub(**test_oidc.settings(world), **everybody(ids=wanted, groups=True))
    provider.claims = {"preferred_username": "mia", "groups": ["b", "a", 3, "x" * 256], **said}
    assert (await test_github.log_in(world))[1] == 200
    assert sorted((await world.api("GET", "/users/mia"))[1]["groups"]) == ["a", "b"]
    await world.start_server("mia")
    assert world.launcher.ids["mia"] == ids
    if ids:
        # Another log-in, with other numbers: the next server has them.
        provider.claims = {**provider.claims, "uidNumber": 3001, "groups": []}
        await test_github.log_in(world)
        await world.api("DELETE", "/users/mia/server")
        await world.start_server("mia")
        assert world.launcher.ids["mia"] == ("3001", "2002")
        assert (await world.api("GET", "/users/mia"))[1]["groups"] == []
    # Somebody on the list has what the list says.
    provider.claims = {"preferred_username": "bob", "groups": ["admins"], **said}
    await test_github.log_in(world)
    await world.start_server("bob")
    assert world.launcher.ids["bob"] == () and (await world.api("GET", "/users/bob"))[1]["groups"] == []


async def test_groups_and_numbers_of_a_directory(world, monkeypatch):
    directory = test_ldap.Directory()
    directory.passwords["eve"] = "of eve"
    directory.take_over(monkeypatch)
    monkeypatch.setenv("JUPYTERHUB_AUTHENTICATION_SECRET", "the hub's")
    asked = {}

    def attributes(authenticator, conn, dn):
        asked["names"] = authenticator.auth_state_attributes
        return {"UIDNUMBER": ["2001"], "gidNumber": [b"2002"]}

    monkeypatch.setattr(LdapAuthenticator, "get_user_attributes", attributes)
    world.make_dynamic()
    world.list_people(bob=person("bob"))
    more = everybody(allow={"groups": [test_ldap.LAB]}, ids={"uid": "uidNumber", "gid": "gidNumber"}, groups=True)
    await world.start_hub(**test_ldap.settings(**test_ldap.SEARCH), **more)
    for name in ("mallory", "bob"):
        await world.log_in(name, f"of {name}")
        await world.start_server(name)
    assert asked["names"] == ["uidNumber", "gidNumber"]
    assert world.launcher.ids == {"mallory": ("2001", "2002"), "bob": ()}
    assert (await world.api("GET", "/users/mallory"))[1]["groups"] == [test_ldap.LAB]
    status, page = await world.browser().log_in("eve", "of eve")
    assert status == 403 and NOT_LISTED in page and "cn=lab" not in page
    # A group of the section `authentication` is for everybody, also for those on the list.
    await world.restart_hub(**test_ldap.settings(**test_ldap.SEARCH, allowedGroups=[test_ldap.LAB]), **everybody())
    assert (await world.browser().log_in("mallory", "of mallory"))[0] == 302
    for name in ("bob", "eve"):
        status, page = await world.browser().log_in(name, f"of {name}")
        assert status == 403 and "is not in a group that may use this hub" in page


def test_what_changes_who_is_let_in_changes_the_fingerprint():
    def of(allow, kind="oidc"):
        return dynamic.read({"allow": allow, "ids": None, "groups": False}, kind).fingerprint(kind)

    given = {"claims": {"a": ["1", "2"], "b": ["3"]}, "domains": ["x"], "groups": []}
    assert of(given) == of({"groups": [], "domains": ["x"], "claims": {"b": ["3"], "a": ["2", "1"]}})
    others = [
        of("all"),
        of("listed"),
        of("all", "dummy"),
        of({**given, "domains": []}),
        of({**given, "domains": [], "groups": ["x"]}),
        of({**given, "claims": {"a": ["1"], "b": ["2", "3"]}}),
    ]
    assert len({of(given), *others}) == 7


@pytest.mark.parametrize(
    "given,kind,complaint",
    [
        ([], "dummy", "dynamic must be"),
        ({}, "dummy", "dynamic.allow is missing"),
        ({"allow": "some"}, "dummy", "dynamic.allow must be all, listed or conditions"),
        ({"allow": {}}, "dummy", "no conditions with authentication dummy"),
        ({"allow": {"organizations": [], "teams": [], "groups": []}}, "github", "unknown: dynamic.allow.groups"),
        ({"allow": {"organizations": []}}, "github", "dynamic.allow.teams is missing"),
        ({"allow": {**OIDC, "claims": {"x": "y"}}}, "oidc", "dynamic.allow.claims.x must be list"),
        ({"allow": {"groups": [1]}}, "ldap", "dynamic.allow.groups must be a list of texts"),
        ({"ids": {"uid": "a"}}, "dummy", "dynamic.ids.gid is missing"),
        ({"ids": {"uid": "a", "gid": ""}}, "dummy", "must not be empty"),
        ({"groups": "no"}, "dummy", "dynamic.groups must be true or false"),
        ({"more": 1}, "dummy", "unknown: dynamic.more"),
    ],
)
def test_settings_that_are_wrong_are_named(given, kind, complaint):
    good = {"allow": "all", "ids": None, "groups": False}
    with pytest.raises(SettingsError, match=complaint):
        dynamic.read({**good, **given} if given else given, kind)
