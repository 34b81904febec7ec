"""In which language a page is: the one of the stack file, or the one that the browser asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain, zip_longest
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import OutputTransform

from . import french, french_servers, german, german_servers

TEXTS = {"de": german.TEXTS | german_servers.TEXTS, "fr": french.TEXTS | french_servers.TEXTS}
PLACE = "{}"
"""In a text: what differs each time, such as a name. If there are several, all languages have them in one order."""

LONGEST = 2000
"""Characters of a text that is compared with those that have places: parts of it may come from anybody."""

_with_place = {
    language: [
        (re.compile("(.*)".join(map(re.escape, text.split(PLACE))), re.DOTALL), words)
        # "{}; before you wait: {}." is also "{}.", so the longest comes first.
        for text, words in sorted(texts.items(), key=lambda text: len(text[0]), reverse=True)
        if PLACE in text
    ]
    for language, texts in TEXTS.items()
}

_current: ContextVar[str] = ContextVar("language", default="en")


def current() -> str:
    """The language of the page that is being made."""
    return _current.get()


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """For a page that is made outside of the application."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


def t(text: Any) -> Any:
    """A text in the language of the page; as it is where that has no words for it. The page escapes the result."""
    language = current()
    if language not in TEXTS or not isinstance(text, str):
        return text
    if text in TEXTS[language]:
        return TEXTS[language][text]
    for pattern, words in _with_place[language] if len(text) <= LONGEST else ():
        if found := pattern.fullmatch(text):
            return "".join(chain(*zip_longest(words.split(PLACE), found.groups(), fillvalue="")))
    return text


def chosen(accepted: str, fixed: str = "auto") -> str:
    """@param accepted the header Accept-Language; whatever stands in it, the answer is a language that is there"""
    if fixed != "auto":
        return fixed
    wishes: list[tuple[float, str]] = []
    for wish in accepted.split(",")[:50]:
        tag, _, weight = wish.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in ("en", *TEXTS):
            wishes.append((_weight(weight), language))
    best = max(wishes, key=lambda wish: wish[0], default=(0.0, "en"))
    return best[1] if best[0] > 0 else "en"


def _weight(given: str) -> float:
    if not given:
        return 1.0
    found = re.fullmatch(r"\s*q=([01](\.\d{0,3})?)\s*", given)
    return float(found.group(1)) if found else 0.0


def transform(fixed: str) -> type[OutputTransform]:
    """Tornado makes one for each request before its handler runs, in the context that the handler gets."""

    class Asked(OutputTransform):
        def __init__(self, request: HTTPServerRequest) -> None:
            _current.set(chosen(request.headers.get("Accept-Language", ""), fixed))

    return Asked
