"""Any of JupyterHub's authenticator classes, and none at all."""

import json

import pytest
from conftest import person
from jupyterhub import orm
from jupyterhub.auth import Authenticator
from oauthenticator.gitlab import GitLabOAuthenticator
from traitlets import Set, Unicode


class Mine(Authenticator):
    """A foreign class: one password for all, everybody an admin, and roles from the provider."""

    common_password = Unicode(config=True)
    allowed_badges = Set(Unicode(), config=True)

    async def authenticate(self, handler, data):
        if data["password"] != self.common_password:
            return None
        return {"name": data["username"], "admin": True, "groups": ["theirs"], "roles": [{"name": "admin"}]}

    def check_allowed(self, username, authentication=None):
        return not self.allowed_badges or username in self.allowed_badges


def settings(path="test_custom.Mine", **config):
    return {
        "publicUrl": "http://127.0.0.1:8000/lab/",
        "authentication": {"type": "custom", "class": path, "config": config},
    }


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_AUTHENTICATION_SECRET", json.dumps({"common_password": "sesame"}))


async def test_the_list_is_over_any_class(world):
    world.declare(ada=person("ada", login="lovelace", groups=["staff"]), bob=person("bob"))
    await world.start_hub(**settings())
    assert (await world.browser().log_in("Lovelace", "sesame"))[0] == 302
    row = orm.User.find(world.hub.db, "ada")
    assert (row.admin, [group.name for group in row.groups], [role.name for role in row.roles]) == (
        False,
        ["staff"],
        ["user"],
    )
    for name, password, said in [
        ("ada", "sesame", "ada is not on the list of people"),
        ("mallory", "sesame", "mallory is not on the list of people"),
        ("bob", "wrong", "Wrong name or password."),
        ("mallory", "wrong", "Wrong name or password."),
    ]:
        status, page = await world.browser().log_in(name, password)
        assert status == 403 and said in page
    for _ in range(10):
        world.hub.authenticator.slowdown.failed("bob", "10.0.0.7")
    assert world.hub.authenticator.slowdown.delay("bob", "10.0.0.8") > 0


async def test_conditions_of_the_class_hold_for_names_at_the_provider(world):
    world.declare(ada=person("ada", login="lovelace"), lovelace=person("lovelace", login="other"), bob=person("bob"))
    await world.start_hub(**settings(allowed_badges=["lovelace"]))
    assert (await world.browser().log_in("lovelace", "sesame"))[0] == 302
    for name in ("other", "bob"):
        status, page = await world.browser().log_in(name, "sesame")
        assert status == 403 and f"{name} is not one of those who may use this hub." in page


async def test_a_class_that_sends_people_elsewhere_gets_the_callback_url(world, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_AUTHENTICATION_SECRET", json.dumps({"client_secret": "s"}))
    await world.start_hub(
        **settings(
            "oauthenticator.gitlab.GitLabOAuthenticator",
            client_id="c",
            gitlab_url="https://gitlab.example.org",
            allowed_gitlab_groups=["lab"],
        )
    )
    chosen = world.hub.authenticator
    assert isinstance(chosen, GitLabOAuthenticator)
    assert (chosen.oauth_callback_url, chosen.client_id, chosen.client_secret) == (
        "http://127.0.0.1:8000/lab/hub/oauth_callback",
        "c",
        "s",
    )
    assert (chosen.allowed_gitlab_groups, chosen.allow_all) == ({"lab"}, False)
    assert await chosen.get_user_groups({}) == set()


@pytest.mark.parametrize(
    "given,complaint",
    [
        (
            settings("nowhere.Class"),
            "authentication.class nowhere.Class: No module named 'nowhere'; is its package in images.hub.pip?",
        ),
        (
            settings("jupyterhub.auth.Nothing"),
            "authentication.class jupyterhub.auth.Nothing: module 'jupyterhub.auth' has no attribute 'Nothing'",
        ),
        (
            settings("ltiauthenticator.lti13.auth.LTI13Authenticator"),
            "authentication.class ltiauthenticator.lti13.auth.LTI13Authenticator: take authentication.type lti",
        ),
        (settings("json.dumps"), "authentication.class json.dumps is not one of JupyterHub's authenticators"),
        (settings(nonsense=1), "authentication.config.nonsense is not a setting of Mine"),
        (settings(admin_users=["eve"]), "authentication.config.admin_users is decided by the list of people"),
        (settings(manage_roles=True), "authentication.config.manage_roles is decided by the list of people"),
        (settings(allow_all=True), "authentication.config.allow_all is decided by the list of people"),
        (settings(auth_refresh_age=0), "authentication.config.auth_refresh_age is decided by the list of people"),
    ],
)
async def test_what_is_no_class_or_no_setting_of_it(world, given, complaint):
    await world.refuse_hub(complaint, **given)


@pytest.mark.parametrize("secret", ["{", "[]", "3"])
async def test_secret_settings_that_are_none(world, monkeypatch, secret):
    monkeypatch.setenv("JUPYTERHUB_AUTHENTICATION_SECRET", secret)
    await world.refuse_hub("authenticatorSecrets is not a JSON object", **settings())


async def test_dummy_asks_for_nothing_and_lets_in_listed_people_alone(world):
    world.declare(ada=person("ada", admin=True))
    await world.start_hub(authentication={"type": "dummy"})
    assert (await world.browser().log_in("ada", "anything"))[0] == 302
    assert orm.User.find(world.hub.db, "ada").admin
    status, page = await world.browser().log_in("mallory", "anything")
    assert status == 403 and "mallory is not on the list of people" in page
