"""How the pages look: name, logo, announcement, help and language, also where somebody means ill with them."""

import base64
import json
import re

import pytest
from conftest import HUB, look, person
from declared import settings
from declared.login.turned_away import ASK
from declared.look import language, pages, templates
from declared.look.section import Look
from declared.servers import own
from jinja2 import Environment
from test_pages import words
from test_parts import SETTINGS

DECLARED = HUB / "declared"
NASTY = "</title><script>alert(1)</script>\"'{{ 7*7 }}\u05d0"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
LINK = {"text": NASTY, "url": "https://example.org/?a=1&b='\">"}
GERMAN = {"headers": {"Accept-Language": "de-CH,de;q=0.9,en;q=0.5"}}
FRENCH = {"headers": {"Accept-Language": "fr"}}


def give_logo(monkeypatch, content=SVG, piece=20):
    text = base64.b64encode(content).decode()
    for at in range(0, len(text), piece):
        monkeypatch.setenv(f"{pages.VARIABLE}{at // piece}", text[at : at + piece])


async def test_each_page_has_name_logo_announcement_and_help_and_escapes_them(world, monkeypatch):
    give_logo(monkeypatch)
    world.declare(root=person("root", admin=True))
    given = look(
        name=NASTY, logo="svg", announcement={"text": NASTY, "link": LINK}, help=LINK, accent="#0b5cad", language="en"
    )
    await world.start_hub(look=given)
    browser = await world.log_in("root")
    stranger = world.browser()
    visits = [(browser, path) for path in ("home", "token", "admin", "nothing", "user/root/lab")]
    for who, path in [(stranger, "login"), (stranger, "error/503"), *visits]:
        _, page = await who.get(f"/hub/{path}")
        assert "<script>alert(1)" not in page and "{{ 7*7 }}" in page and page.count("</title>") == 1
        assert "<title>&lt;/title&gt;&lt;script&gt;" in page.replace("\n", "").replace("  ", "")
        assert page.count("logo?v=") == 2 and 'id="announcement"' in page and 'id="help"' in page, path
        assert 'href="https://example.org/?a=1&amp;b=&#39;&#34;&gt;"' in page
        assert "--accent: #0b5cad;" in page and page.count("<main>") == 1 == page.count("</main>")
        assert re.findall("onerror|javascript:", page) == []


async def test_a_logo_cannot_run_anything(world, monkeypatch):
    give_logo(monkeypatch)
    await world.start_hub(look=look(logo="svg"))
    session = world.browser().session
    async with session.get(f"{world.url}/hub/logo?v=x") as answer:
        assert await answer.read() == SVG
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_without_a_look_the_pages_are_jupyterhubs(world):
    await world.start_hub()
    _, page = await world.browser().get("/hub/login")
    assert re.search(r"<title>\s*JupyterHub\s*</title>", page) and 'alt="JupyterHub logo"' in page
    assert 'id="announcement"' not in page and 'id="help"' not in page and '<html lang="en">' in page
    async with world.browser().session.get(f"{world.url}/hub/logo") as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")


async def test_the_proxy_is_told(world, monkeypatch):
    give_logo(monkeypatch)
    await world.start_hub(look=look(name="Lab", logo="svg", help={"text": "Help", "url": "https://example.org"}))
    session = world.browser().session
    async with session.get(f"{world.url}/hub/look.json") as answer:
        told, etag = json.loads(await answer.text()), answer.headers["Etag"]
    assert told == {
        "name": "Lab",
        "logo": "data:image/svg+xml;base64," + base64.b64encode(SVG).decode(),
        "logo_type": "image/svg+xml",
        "accent": "#b34700",
        "accent_text": "#ffffff",
        "announcement": None,
        "help": {"text": "Help", "url": "https://example.org"},
        "language": "auto",
    }
    async with session.get(f"{world.url}/hub/look.json", headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304


@pytest.mark.parametrize(
    "change,complaint",
    [
        ({"accent": "red;}body{display:none"}, "look.accent must be a color"),
        ({"accentText": "#FFF"}, "look.accentText must be a color"),
        ({"help": {"text": "x", "url": "javascript:alert(1)"}}, "look.help.url must begin with https://"),
        ({"announcement": {"text": "x", "link": {"text": "x", "url": " data:x"}}}, "look.announcement.link.url must"),
        ({"announcement": {"text": "x"}}, "look.announcement.link is missing"),
        ({"logo": "gif"}, "look.logo or look.language"),
        ({"language": "es"}, "look.logo or look.language"),
        ({"more": 1}, "unknown: look.more"),
    ],
)
def test_what_the_program_never_says_is_refused(change, complaint):
    with pytest.raises(settings.SettingsError, match=re.escape(complaint)):
        settings.parse(json.dumps({**SETTINGS, "look": look(**change)}))


@pytest.mark.parametrize("env", [{}, {f"{pages.VARIABLE}0": "no base64!"}, {f"{pages.VARIABLE}1": "AAAA"}])
def test_a_logo_that_did_not_arrive_ends_the_hub(env):
    told: Look = settings.parse(json.dumps({**SETTINGS, "look": look(logo="png")})).look
    with pytest.raises(settings.SettingsError, match="hold no logo"):
        pages.logo(told, env)


async def test_pages_are_in_the_language_that_the_browser_asks_for(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    stranger = world.browser()
    _, german = await stranger.get("/hub/login", **GERMAN)
    assert '<html lang="de">' in german and "Passwort:" in german and "value='Anmelden'" in german
    _, english = await stranger.get("/hub/login")
    assert '<html lang="en">' in english and "Password:" in english
    browser = await world.log_in("ada")
    _, home = await browser.get("/hub/home", **FRENCH)
    assert words(home) == "Accueil du hub Démarrer mon serveur" and "Se déconnecter" in home
    assert '"Start My Server": "D\\u00e9marrer mon serveur"' in home
    status, page = await browser.get("/hub/user/ada/lab", **GERMAN)
    assert status == 424 and words(page).startswith(
        "Der Server läuft nicht Ihr Server läuft nicht. Möchten Sie ihn starten? Server starten"
    )
    _, page = await browser.get("/hub/nothing", **GERMAN)
    assert words(page) == "Unter dieser Adresse ist nichts. Startseite"
    _, answer = await stranger.get("/hub/own-server", **GERMAN)
    assert json.loads(answer)["status"] == 403
    _, said = await stranger.log_in("ada", "not it", **GERMAN)
    assert "Das Passwort ist falsch, oder dieser Name steht nicht auf der Liste" in said


async def test_one_language_can_be_fixed(world):
    await world.start_hub(look=look(language="fr"))
    _, page = await world.browser().get("/hub/login", **GERMAN)
    assert '<html lang="fr">' in page and "Mot de passe :" in page


@pytest.mark.parametrize(
    "accepted,expected",
    [
        ("", "en"),
        ("de", "de"),
        ("DE-at", "de"),
        ("es, fr;q=0.3, de;q=0.2", "fr"),
        ("en;q=0.5, de;q=0.5", "en"),
        ("de;q=0", "en"),
        ("de;q=nan", "en"),
        ("de;q=1e999", "en"),
        ("de;x=1", "en"),
        ("*", "en"),
        ("\u00e4;;;,,q=", "en"),
        ("es," * 1000 + "de", "en"),
    ],
)
def test_whatever_a_browser_asks_for_there_is_an_answer(accepted, expected):
    assert language.chosen(accepted) == expected
    assert language.chosen(accepted, "fr") == "fr"


def in_german(text):
    token = language._current.set("de")
    try:
        return language.t(text)
    finally:
        language._current.reset(token)


def test_what_differs_each_time_keeps_its_place_and_what_nobody_knows_stays():
    said = in_german("Docker could not start your server: {} \\1 <b>")
    assert said == "Docker konnte Ihren Server nicht starten: {} \\1 <b>"
    assert (in_german("whatever"), in_german(None), in_german(7)) == ("whatever", None, 7)
    assert language.t("Home") == "Home"


def test_both_languages_have_the_same_texts_each_with_the_same_places():
    german, french = language.TEXTS["de"], language.TEXTS["fr"]
    assert german.keys() == french.keys()
    for text in german:
        places = {one.count(language.PLACE) for one in (text, german[text], french[text])}
        assert len(places) == 1 and places <= {0, 1, 2, 3}, text
        assert german[text].strip() and french[text].strip()


def render(source, **given):
    env = Environment(autoescape=True, extensions=[templates.Translated])
    token = language._current.set("de")
    try:
        return env.from_string(source).render(**given)
    finally:
        language._current.reset(token)


def test_only_what_stands_whole_is_translated():
    assert render("<a>Home</a><a>\n  Home </a>") == "<a>Startseite</a><a>\n  Startseite </a>"
    assert render('<a title="Home">{{ x }}</a>', x="Home") == '<a title="Startseite">Home</a>'
    for attribute in ("id='Home'", "class='{% if x %}Home'", "data-title='Home'", 'name="Home"'):
        source = f"<a {attribute}>{'{% endif %}' if 'if' in attribute else ''}</a>"
        assert "Startseite" not in render(source, x=1) and "Home" in render(source, x=1)
    assert render("<p>Home sweet Home, Home.</p>") == "<p>Home sweet Home, Home.</p>"
    script = "<script>say('Home'); x = \"Home\"</script>"
    assert render(script + "<b>Home</b>") == script + "<b>Startseite</b>"
    assert render("<script>{% if x %}say('Home'){% endif %}</script>", x=1) == "<script>say('Home')</script>"
    assert render("{% if x %}Stop Server{% endif %}", x=1) == "Server stoppen"


async def test_every_text_is_still_on_some_page_and_every_rewriting_finds_its_place(world):
    """A new JupyterHub may have other words: then this says which are left over."""
    await world.start_hub()
    sources = " ".join(
        world.hub.tornado_settings["jinja2_env_sync"].loader.get_source(None, name)[0]
        for name in world.hub.tornado_settings["jinja2_env_sync"].loader.list_templates()
    )
    code = " ".join(file.read_text() for file in DECLARED.rglob("*.py") if file.parent.name != "look")
    # A long text is several in Python.
    said = re.sub(r'" f?"', "", " ".join(f"{sources} {code}".split()))
    texts = [text for text in language.TEXTS["de"] if language.PLACE not in text and own.LOST not in text]
    assert [text for text in texts if text.removesuffix(f" {ASK}") not in said] == []
    for old, _ in templates.REWRITTEN:
        assert re.search(templates._flexible(old), sources), old


STATES = [
    {"Running": True},
    {"Restarting": True, "ExitCode": 1},
    {"Restarting": True, "OOMKilled": True},
    {"ExitCode": 137},
    {"OOMKilled": True},
]


def test_all_that_is_said_of_a_server_is_translated():
    said = [own.words("stop", {}), own.words("spawn", {}), own.words("", None)]
    said += [own.words("", {"State": state, "RestartCount": count}) for state in STATES for count in (0, 1)]
    assert [text for text in said if in_german(text) == text] == []


ENGLISH = re.compile(r"\b(the|your|you|is|it|to|of|and|this|page|with)\b", re.IGNORECASE)


async def test_no_english_is_left_on_the_pages_of_every_day(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    stranger, browser = world.browser(), await world.log_in("ada")
    visits = [(browser, path) for path in ("home", "token", "user/ada/lab", "admin", "nothing", "user/bob/lab")]
    for who, path in [(stranger, "login"), *visits]:
        _, page = await who.get(f"/hub/{path}", **GERMAN)
        assert ENGLISH.findall(words(page)) == [], path
    world.docker.containers["P-u-ada"].refusal = "no space"
    await browser.get("/hub/spawn/ada", **GERMAN)
    _, page = await browser.get("/hub/spawn-pending/ada", **GERMAN)
    assert ENGLISH.findall(words(page)) == []
