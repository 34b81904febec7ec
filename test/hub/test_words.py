"""What people read of servers, profiles and GPUs is in their language; what a stack file says stays as it is."""

import ast
import asyncio
import html
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from conftest import HUB, person
from declared import context, gpus
from declared.look import language, templates
from declared.names import Server
from declared.servers import culler, looks
from fakes import Container
from jinja2 import Environment
from test_look import ENGLISH, GERMAN, NASTY, in_german
from test_pages import words

DUMMY = {"authentication": {"type": "dummy"}}

ROSTER = {
    # Names that the catalogues have words for.
    "profiles": [
        {"slug": "small", "displayName": "Start", "description": "Home", "images": ["Image", "Never"]},
        {"slug": "gpu", "displayName": NASTY, "description": NASTY, "images": ["Stop Server", "b"], "gpus": 1},
        {"slug": "gpu-description", "displayName": "Profile", "description": "Error", "gpus": 2},
    ],
    "menus": [{"of": [0, 1, 2], "default": 0}, {"of": [1], "default": 1}],
    "namedServers": 2,
}

# Texts in the code


def literals(node):
    """A text in Python as the catalogues have it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def said_in(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "problem":
            yield literals(node.args[0])


WRAPPED = {"{} {}.", "Your server cannot be started: {}."}
"""Their other part is said elsewhere; test_refusals has them."""


def test_each_problem_of_a_server_has_its_words():
    said = [text for file in sorted((HUB / "declared").rglob("*.py")) for text in said_in(file.read_text()) if text]
    assert len(said) > 20
    assert {text for text in said if in_german(text) == text} == WRAPPED


@pytest.mark.parametrize(
    "text,german",
    [
        ("ada may not take the profile Home.", "ada darf das Profil Home nicht nehmen."),
        ("ada may not take the profile that was asked for.", "ada darf das verlangte Profil nicht nehmen."),
        (
            "ada may not choose the image Home for the profile a.",
            "ada darf das Image Home für das Profil a nicht wählen.",
        ),
        (
            "ada may not choose the image that was asked for for the profile a.",
            "ada darf das verlangte Image für das Profil a nicht wählen.",
        ),
        (
            "Your server cannot be started: it needs 3 GPUs, and there are 2.",
            "Ihr Server kann nicht gestartet werden: Er braucht 3 GPUs, und es gibt 2.",
        ),
    ],
)
def test_refusals(text, german):
    assert in_german(text) == german


def test_parts_that_differ_keep_their_order_and_are_not_translated_or_read():
    text = "Your server needs 2; before you wait: {} (1), Home (1), \\1 (1), and 3 more."
    assert in_german(text) == "Ihr Server braucht 2; vor Ihnen warten: {} (1), Home (1), \\1 (1), und 3 weitere."
    assert in_german("Your server needs 2; before you wait: a (1).") == "Ihr Server braucht 2; vor Ihnen warten: a (1)."
    long = " may not take the profile " * language.LONGEST
    assert in_german(long) == long, "and at once"


def test_why_a_server_was_stopped_or_did_not_start():
    for called in ("", " work"):
        for seconds in (7 * 86400, 7200, 300, 90):
            long = f"{culler._words(seconds)}, the longest time here."
            text = f"Your server{called} was stopped because it had run for {long}"
            assert not ENGLISH.search(in_german(text)) and f"Ihr Server{called} wurde" in in_german(text)
    for state in ({"Running": True}, {"ExitCode": 3}):
        said = looks.ended({"State": state, "RestartCount": 1}, 0)
        assert in_german(said) != said


def test_both_files_of_a_language_are_one_catalogue():
    for language_of in (("german", "german_servers"), ("french", "french_servers")):
        first, second = (getattr(language, name).TEXTS for name in language_of)
        assert not first.keys() & second.keys()


# Texts in the templates


def left_over(name):
    """What a template prints in every language: all letters that are no part of a tag, a script or an expression."""
    env = Environment(autoescape=True, extensions=[templates.Translated])
    tokens = env._tokenize((HUB / "templates" / name).read_text(), name)
    source = "".join(token.value if token.type == "data" else "\0" for token in tokens)
    source = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", source)
    return re.findall(r"[A-Za-z]{2,}", html.unescape(source))


OURS = sorted(file.name for file in (HUB / "templates").glob("*.html"))


@pytest.mark.parametrize("name", [name for name in OURS if name not in ("admin.html", "style.html")])
def test_each_text_of_a_template_has_its_words(name):
    assert left_over(name) == []


def test_a_text_without_words_would_be_found():
    assert left_over("admin.html"), "JupyterHub's page speaks English alone"


# Pages


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def for_scripts(self):
        read = {"alt", "aria-label", "lang", "placeholder", "title", "value"}
        return [(tag, {key: said for key, said in attrs.items() if key not in read}) for tag, attrs in self.tags]

    def check(self):
        ids = Counter(attrs["id"] for _, attrs in self.tags if "id" in attrs)
        assert [one for one, count in ids.items() if count > 1] == []
        assert [tag for tag, _ in self.tags].count("h1") == 1
        labelled = {attrs.get("for") for tag, attrs in self.tags if tag == "label"}
        for tag, attrs in self.tags:
            for key in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
                assert set((attrs.get(key) or "").split()) <= set(ids), (tag, attrs)
            if tag in ("select", "textarea") or (tag == "input" and attrs.get("type") not in ("hidden", "submit")):
                assert attrs.get("id") in labelled or attrs.get("aria-label"), attrs


@pytest.fixture
async def offered(world, monkeypatch):
    monkeypatch.setattr(gpus, "LOOK_EVERY", 0.05)
    monkeypatch.setattr("declared.servers.spawner.LOOK_EVERY", 0.05)
    people = {name: person(name) for name in ("ada", "bob")}
    world.list_people(**people, eve=person("eve", menu=1), root=person("root", admin=True), ROSTER=ROSTER)
    await world.start_hub(**DUMMY, **world.make_dynamic())
    world.launcher.pool, world.launcher.needs = 1, {"gpu": 1, "gpu-description": 2}
    return world


def check(page, *names):
    """@param names what the stack file says, and stands there as it is"""
    Page(page).check()
    said = words(page)
    for name in names:
        assert name in said
        said = said.replace(name, " ")
    assert "<script>alert(1)" not in page and ENGLISH.findall(said) == []
    return said


async def visit(browser, path):
    """Scripts look for ids and classes, so those are the same in each language."""
    (_, german), (_, english) = await browser.get(f"/hub/{path}", **GERMAN), await browser.get(f"/hub/{path}")
    assert Page(german).for_scripts() == Page(english).for_scripts()
    return german


async def test_names_of_a_stack_file_are_neither_translated_nor_run(offered):
    browser = await offered.log_in("ada")
    for path in ("spawn/ada", "spawn/ada/work"):
        page = await visit(browser, path)
        said = check(page, NASTY, "Start", "Home", "Profile", "Error", "Image", "Never", "Stop Server")
        assert said.startswith("Ihren Server") and "Profil" in said and "2 GPUs" in said
        assert 'value="Stop Server"' in page and 'value="Never"' in page
    page = await visit(await offered.log_in("eve"), "spawn/eve")
    assert check(page, NASTY, "Stop Server").startswith("Ihren Server starten")


async def test_a_refused_choice_is_said_in_the_language_of_the_page(offered):
    browser = await offered.log_in("ada")
    page = await visit(browser, "spawn/ada?profile=Home")
    check(page, NASTY, "Start", "Home", "Profile", "Error", "Never", "Stop Server")
    assert "Fehler: ada darf das Profil Home nicht nehmen." in words(page)
    page = await visit(browser, "spawn/ada/lab")
    assert check(page).startswith("Ein Server kann nicht lab heißen")
    api = {
        "headers": {**GERMAN["headers"], "Authorization": f"token {offered.hub.users['ada'].new_api_token(note='x')}"}
    }
    async with browser.session.post(f"{offered.url}/hub/api/users/ada/servers/Lab", **api) as answer:
        assert answer.status == 400 and (await answer.json())["message"].startswith("Der Name eines Servers hat Klein")
    status, answer = await offered.api("POST", "/users/ada/servers/Lab")
    assert status == 400 and answer["message"].startswith("A server's name has small letters")
    for name in ("one", "two"):
        await offered.api("PUT", f"/users/ada/servers/{name}")
    page = await visit(browser, "spawn/ada/three")
    assert "ada hat schon so viele Server" in words(page)


async def test_the_list_of_named_servers_has_no_english_and_no_id_twice(offered):
    browser = await offered.log_in("ada")
    await offered.start_server("ada", "work")
    await offered.api("PUT", "/users/ada/servers/stop", json={"display_name": "Never"})
    page = await visit(browser, "home")
    assert "Weitere Server" in check(page, "Never")
    assert 'aria-label="Name des Servers"' in page and 'id="stop-work"' in page and 'id="start-stop"' in page
    _, english = await browser.get("/hub/home")
    Page(english).check()


async def test_a_failed_start_of_a_named_server(offered):
    browser = await offered.log_in("ada")
    offered.launcher.next = Container(starts=False, exit_code=3, log=[("2026-01-01T10:00:00Z", b"broken\n")])
    await offered.api("POST", "/users/ada/servers/work", json={"profile": "small"})
    await offered.until(lambda: not offered.spawner("ada", "work").active)
    offered.spawner("ada", "work").knows_safe_mode = True
    page = await visit(browser, "spawn-pending/ada/work")
    said = check(page)
    assert said.startswith(
        "Ihr Server work ist nicht gestartet. Ihr Server ist beim Start beendet worden (Exit-Code 3)."
    )
    page = await visit(await offered.log_in("root"), "spawn-pending/ada/work")
    assert "kann ada hier lesen" in words(page)


async def test_who_waits_for_gpus_reads_it_in_the_language_of_the_page(offered):
    for name in ("ada", "bob"):
        await offered.log_in(name)
    await offered.start_server("bob", json={"profile": "gpu"})
    browser = await offered.log_in("ada")
    asking = asyncio.create_task(offered.api("POST", "/users/ada/servers/work", json={"profile": "gpu"}))
    waiting = Server("ada", "work")
    await offered.until(lambda: "taken" in (context.current().gpus.words(waiting) or ""))
    assert "Ihr Server work startet." in check(await visit(browser, "spawn-pending/ada/work"))
    path = f"{offered.url}/hub/api/users/ada/servers/work/progress"
    headers = {**GERMAN["headers"], "Authorization": f"token {offered.hub.users['ada'].new_api_token(note='x')}"}
    async with browser.session.get(path, headers=headers) as stream:
        said = ""
        while "message" not in said or "Server requested" in said:
            said = (await stream.content.readline()).decode()
    assert "Die einzige GPU ist belegt. Ihr Server braucht 1." in said
    context.current().notices.hold("Home")
    status, answer = await asking
    assert (status, answer["message"]) == (503, "Servers cannot be started at the moment.")
    await offered.until(lambda: not offered.spawner("ada", "work").active)
    assert "Zurzeit können keine Server gestartet werden." in words(await visit(browser, "spawn/ada/work"))
