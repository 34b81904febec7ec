"""Makes templates speak other languages: JupyterHub's own have their English words in the midst of HTML.

A text of the catalogues (german.py, french.py) that stands whole between two tags, or in an attribute that people read,
becomes a call of `t`. A text that no catalogue has stays English, so a new JupyterHub's new words do no harm. Scripts
are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from .language import PLACE, TEXTS, current, t

REWRITTEN = [
    ('<html lang="en">', '<html lang="{{ language() }}">'),
    (
        "{% if not default_server.active %}Start{% endif %} My Server",
        '{% if not default_server.active %}{{ t("Start My Server") }}{% else %}{{ t("My Server") }}{% endif %}',
    ),
    ('-label">{{ title }}</h2>', '-label">{{ t(title) }}</h2>'),
    ("{{ login_error }}", "{{ t(login_error) }}"),
    ("Error: {{ error_message }}", '{{ t("Error:") }} {{ t(error_message) }}'),
]
"""What is in pieces, or in a variable."""

_READ = "alt|aria-label|placeholder|title|value"
"""Attributes that people read. In others, such as `id`, the same words are for scripts."""

_SCRIPT = re.compile(r"<script\b|</script>", re.IGNORECASE)


def _flexible(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())


def _pattern(texts: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(texts, key=len, reverse=True)
    return re.compile(
        rf"(?:(?<=>)|\A|(?P<attribute>(?<![\w-])(?:{_READ})=[\"']))\s*(?P<text>"
        + "|".join(_flexible(text) for text in longest_first)
        + r")(?=\s*(?:<|\Z|(?(attribute)[\"']|(?!))))"
    )


class Translated(Extension):
    _texts = _pattern({text for texts in TEXTS.values() for text in texts if PLACE not in text})

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals.update(t=t, language=current)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        for old, new in REWRITTEN:
            source = new.join(re.split(_flexible(old), source))
        return source

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        in_script = False
        for token in stream:
            if token.type != "data":
                yield token
                continue
            at = 0
            for tag in _SCRIPT.finditer(token.value):
                yield from self._of(token.lineno, token.value[at : tag.start()], in_script)
                at = tag.start()
                in_script = tag.group().startswith("<s")
            yield from self._of(token.lineno, token.value[at:], in_script)

    def _of(self, line: int, text: str, in_script: bool) -> Iterator[Token]:
        at = 0
        for found in () if in_script else self._texts.finditer(text):
            yield Token(line, "data", text[at : found.start("text")])
            yield Token(line, "variable_begin", "{{")
            yield Token(line, "name", "t")
            yield Token(line, "lparen", "(")
            yield Token(line, "string", " ".join(found["text"].split()))
            yield Token(line, "rparen", ")")
            yield Token(line, "variable_end", "}}")
            at = found.end("text")
        if at < len(text):
            yield Token(line, "data", text[at:])
