"""What of a student's notebook is shown to a grader, and comes back as feedback.

nbconvert puts a notebook's texts, data and metadata into the page, much of it as they are, and the page is on the hub's
own origin: a script in it could do what the grader can. So only what is known to be harmless is left in the notebook
before it is rendered, and its HTML is cleaned.
"""

import re

import bleach
from nbconvert.filters import markdown2html
from nbconvert.preprocessors import Preprocessor

WORD = re.compile(r"[\w .+-]{0,200}\Z")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
PICTURES = ("image/png", "image/jpeg", "image/gif")
TEXTS = ("text/plain", "text/html", "text/latex", "text/markdown")
MARKS = ("grade", "solution", "locked", "task")

TAGS = bleach.ALLOWED_TAGS | {
    *(
        "br",
        "caption",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ),
    *("hr", "img", "ins", "kbd", "p", "pre", "s", "samp", "span", "sub", "summary", "sup", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "tr", "u"),
}
ATTRIBUTES = {
    "*": ["class", "title", "align"],
    "a": ["href"],
    "img": ["alt", "height", "src", "width"],
    "td": ["colspan"],
}


def clean(html):
    """Of outputs, too: nbconvert's own filter shows the heads of tables as text."""
    return bleach.clean(html, tags=TAGS, attributes=ATTRIBUTES)


def clean_markdown(source):
    return clean(markdown2html(source))


class Harmless(Preprocessor):
    enabled = True

    def preprocess(self, nb, resources):
        language = nb.metadata.get("language_info", {})
        nb.metadata.clear()
        names = {key: language[key] for key in ("name", "pygments_lexer") if is_word(language.get(key))}
        if names:
            nb.metadata["language_info"] = names
        nb.cells = [cell for cell in nb.cells if cell.cell_type in ("code", "markdown")]
        for number, cell in enumerate(nb.cells):
            clean_cell(cell, number)
        return nb, resources


def is_word(value):
    return isinstance(value, str) and WORD.match(value) is not None


def clean_cell(cell, number):
    marks = cell.metadata.get("nbgrader")
    cell.metadata.clear()
    if isinstance(marks, dict) and is_word(marks.get("grade_id")):
        cell.metadata["nbgrader"] = {
            "schema_version": 3,
            "grade_id": marks["grade_id"],
            **{mark: marks.get(mark) is True for mark in MARKS},
            **{key: marks[key] for key in ("points",) if isinstance(marks.get(key), int | float)},
            **{key: marks[key] for key in ("cell_type", "checksum") if is_word(marks.get(key))},
        }
    cell.pop("attachments", None)
    cell["id"] = f"cell-{number}"
    if cell.cell_type == "code":
        cell["execution_count"] = counted(cell.get("execution_count"))
        cell["outputs"] = [output for output in map(clean_output, cell.get("outputs", [])) if output is not None]


def counted(value):
    return value if isinstance(value, int) else None


def clean_output(output):
    kind = output.get("output_type")
    if kind == "stream":
        output["name"] = "stderr" if output.get("name") == "stderr" else "stdout"
    elif kind in ("display_data", "execute_result"):
        output["metadata"] = {}
        output["data"] = {mime: data for mime, data in output.get("data", {}).items() if is_shown(mime, data)}
        if kind == "execute_result":
            output["execution_count"] = counted(output.get("execution_count"))
    elif kind != "error":
        return None
    return output


def is_shown(mime, data):
    return isinstance(data, str) and (mime in TEXTS or (mime in PICTURES and BASE64.match(data) is not None))
