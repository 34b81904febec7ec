"""The fixture of the Pulumi program's unit tests matches JupyterHub."""

import make_server_env


async def test_the_fixture_is_what_jupyterhub_makes(monkeypatch):
    # Undoes what vectors() puts into the environment.
    for key in (
        "JUPYTERHUB_SETTINGS",
        "JUPYTERHUB_DATA_DIR",
        "CONFIGPROXY_AUTH_TOKEN",
        "JUPYTERHUB_COOKIE_SECRET",
        "JUPYTERHUB_CRYPT_KEY",
        "JUPYTERHUB_ADMIN_TOKEN",
    ):
        monkeypatch.setenv(key, "")
    made = make_server_env.text(await make_server_env.vectors())
    assert make_server_env.FIXTURE.read_text() == made, "run python test/hub/servers/make_server_env.py"
