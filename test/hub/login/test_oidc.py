"""Log-in with a provider of OpenID Connect."""

import pytest
from conftest import person
from declared.login import oidc
from provider import CLIENT_ID, FakeOidc
from test_github import log_in

SINGLE = "Example University"
NOT_LISTED = "is not on the list of people who may use this hub."


@pytest.fixture
async def provider(world):
    fake = FakeOidc()
    await fake.start(world, "oidc")
    return fake


def settings(world, **changed):
    given = {
        "type": "oidc",
        "clientId": CLIENT_ID,
        "issuer": f"{world.oidc.url}/realm",
        "label": SINGLE,
        "nameClaim": "preferred_username",
        "scopes": ["openid", "profile"],
        "groupsClaim": "groups",
        "allowedGroups": [],
        "ca": "",
        **changed,
    }
    return {"publicUrl": f"{world.url}/", "authentication": given}


async def test_listed_people_get_in_and_their_rights_come_from_the_list(world, provider):
    world.declare(ada=person("ada", login="lovelace", groups=["staff"]), bob=person("bob"))
    await world.start_hub(**settings(world))
    assert f"Sign in with {SINGLE}" in (await world.browser().get("/hub/login"))[1]
    provider.claims = {"sub": "1", "preferred_username": "Lovelace", "groups": ["admins"], "admin": True}
    _, status, _, _ = await log_in(world)
    assert status == 200
    _, ada = await world.api("GET", "/users/ada")
    assert (ada["admin"], ada["groups"]) == (False, ["staff"])
    for name in ("ada", "ａda", "ｌovelace", "mallory"):
        provider.claims = {"sub": "2", "preferred_username": name}
        _, status, said, _ = await log_in(world)
        assert status == 403 and NOT_LISTED in said, name
    provider.claims = {"sub": "3", "preferred_username": "bob"}
    assert (await log_in(world))[1] == 200
    assert provider.described == 1


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
async def test_the_secret_is_shown_as_the_provider_wants_it(world, provider, method):
    provider.description = {"token_endpoint_auth_methods_supported": [method]}
    world.declare(ada=person("ada"))
    await world.start_hub(**settings(world))
    provider.claims = {"preferred_username": "ada"}
    assert (await log_in(world))[1] == 200


async def test_another_claim_is_the_name(world, provider):
    world.declare(ada=person("ada", login="4711"))
    await world.start_hub(**settings(world, nameClaim="employee"))
    provider.claims = {"sub": "1", "preferred_username": "4711", "employee": 4711}
    assert (await log_in(world))[1] == 200
    for nobody in ({}, {"employee": ""}, {"employee": None}, {"employee": True}, {"employee": ["4711"]}):
        provider.claims = {"sub": "1", "preferred_username": "4711", **nobody}
        _, status, said, _ = await log_in(world)
        assert status == 403 and said.startswith("Example University does not say who you are (employee). Ask")


@pytest.mark.parametrize("verified,status", [(True, 200), (False, 403), (None, 403), ("true", 403)])
async def test_an_address_counts_when_it_was_verified(world, provider, verified, status):
    world.declare(ada=person("ada", login="ada@example.org"))
    await world.start_hub(**settings(world, nameClaim="email"))
    provider.claims = {
        "sub": "1",
        "email": "Ada@Example.org",
        **({} if verified is None else {"email_verified": verified}),
    }
    assert (await log_in(world))[1] == status


async def test_only_of_a_group(world, provider):
    world.declare(ada=person("ada"), bob=person("bob"))
    await world.start_hub(**settings(world, allowedGroups=["lab", "tutors"], groupsClaim="memberOf"))
    provider.claims = {"preferred_username": "ada", "memberOf": ["x", "tutors"]}
    assert (await log_in(world))[1] == 200
    for groups in (["x"], [], "lab", None, {"lab": 1}, [["lab"]]):
        provider.claims = {"preferred_username": "bob", "memberOf": groups, "groups": ["lab"]}
        _, status, said, _ = await log_in(world)
        assert status == 403 and said.startswith("bob is not in a group that may use this hub.") and "lab" not in said


@pytest.mark.parametrize(
    "description", [{"issuer": "http://other.example"}, {"token_endpoint": None}, {"userinfo_endpoint": 3}]
)
async def test_a_provider_that_describes_itself_wrongly_is_not_used(world, provider, description):
    provider.description = description
    world.declare(ada=person("ada"))
    await world.start_hub(**settings(world))
    _, status, said, _ = await log_in(world)
    assert status == 503 and said.startswith("Example University does not answer at the moment.")
    provider.description = {}
    provider.claims = {"preferred_username": "mallory"}
    assert NOT_LISTED in (await log_in(world))[2], "asked again"


def test_secrets_go_over_tls_where_the_issuer_does():
    chosen = oidc.OidcAuthenticator(issuer="https://issuer.example")
    ends = dict.fromkeys(("authorization_endpoint", "token_endpoint", "userinfo_endpoint"), "https://issuer.example/x")
    chosen._use({"issuer": "https://issuer.example", **ends})
    for key in ends:
        with pytest.raises(oidc.ProviderProblem, match=key):
            chosen._use({"issuer": "https://issuer.example", **ends, key: "http://issuer.example/x"})


async def test_a_hub_starts_while_the_provider_is_away(world, provider):
    await world.take_away("oidc")
    world.declare(ada=person("ada"))
    await world.start_hub(**settings(world))
    _, status, said, _ = await log_in(world)
    assert status == 503 and "does not answer" in said
    await world.serve("oidc")
    provider.claims = {"preferred_username": "ada"}
    assert (await log_in(world))[1] == 200
