"""Takes from the server's packages what only costs time at its start: half of its processor time.

Run once, while the image is built: `python lighten.py SITE_PACKAGES`. Nothing is lost: what is not loaded at the start
is loaded when it is used (later.py). A package that reads otherwise than expected ends the build, as after an update;
so does one of HEAVY that the server loads nevertheless.
"""

import pathlib
import subprocess
import sys

LATER = "from later import Later, call_later\n"

SEMVER = """Range, gt, gte, lt, lte, make_semver = (
    call_later("jupyter_builder.jupyterlab_semver", name) for name in ("Range", "gt", "gte", "lt", "lte", "make_semver")
)
"""

EDITS = {
    # The hub's database and web pages: a person's server has neither, and takes some functions from modules that have.
    "jupyterhub/log.py": [
        ("from .handlers.pages import HealthCheckHandler\n", ""),
        (
            "isinstance(handler, StaticFileHandler | HealthCheckHandler)",
            'isinstance(handler, StaticFileHandler) or type(handler).__name__ == "HealthCheckHandler"',
        ),
    ],
    "jupyterhub/metrics.py": [("from . import orm\n", LATER + 'orm = Later("jupyterhub.orm")\n')],
    "jupyterhub/scopes.py": [
        ("import sqlalchemy as sa\n", LATER + 'sa = Later("sqlalchemy")\n'),
        ("from . import orm, roles\n", 'orm, roles = Later("jupyterhub.orm"), Later("jupyterhub.roles")\n'),
    ],
    "jupyterhub/utils.py": [
        ("from sqlalchemy.exc import SQLAlchemyError\n", LATER + 'database = Later("sqlalchemy.exc")\n'),
        ("except SQLAlchemyError:", "except database.SQLAlchemyError:"),
    ],
    # Objects that stay are not looked through again and again, whether something still refers to them.
    "jupyterhub/singleuser/__init__.py": [
        ("import os\n\nfrom .mixins", "import gc\nimport os\n\ngc.disable()\n\nfrom .mixins"),
        ("\n__all__ = [", "\ngc.freeze()\ngc.enable()\n\n__all__ = ["),
    ],
    # All certificates of the system, twice. The hub is asked without TLS.
    "aiohttp/connector.py": [
        ("_SSL_CONTEXT_VERIFIED = _make_ssl_context(True)\n", "_ssl_context = functools.cache(_make_ssl_context)\n"),
        ("_SSL_CONTEXT_UNVERIFIED = _make_ssl_context(False)\n", ""),
        ("return _SSL_CONTEXT_UNVERIFIED\n        sslcontext", "return _ssl_context(False)\n        sslcontext"),
        (
            "return _SSL_CONTEXT_UNVERIFIED\n        return _SSL_CONTEXT_VERIFIED\n",
            "return _ssl_context(False)\n        return _ssl_context(True)\n",
        ),
    ],
    # Formats in JSON schemas that the server's own do not have.
    "isoduration/parser/parsing.py": [
        ("import arrow  # type: ignore\n", LATER + 'arrow = Later("arrow")\n'),
        ("duration: arrow.Arrow = ", "duration = "),
    ],
    "jsonschema/_format.py": [
        ("import uri_template\n", LATER.rstrip() + '\n    uri_template = Later("uri_template")\n'),
    ],
    # Only one of its two long expressions is used at the start, for the ids of three schemas.
    "rfc3986_validator.py": [
        ("import re\n", "import functools\nimport re\n"),
        ("URI_REF_RE_COMP = re.compile(", "URI_REF_RE_COMP = functools.partial(re.compile, "),
        ("URI_REF_RE_COMP.match", "URI_REF_RE_COMP().match"),
    ],
    # What installs extensions, lists them, compares their versions: nobody does that at the start.
    "jupyterlab_server/listings_handler.py": [("import requests\n", LATER + 'requests = Later("requests")\n')],
    "jupyterlab/extensions/__init__.py": [
        ("from .pypi import PyPIExtensionManager\n", ""),
        ("    return PyPIExt", "    from .pypi import PyPIExtensionManager\n\n    return PyPIExt"),
    ],
    "jupyterlab/commands.py": [
        ("from jupyter_builder.jupyterlab_semver import Range, gt, gte, lt, lte, make_semver\n", LATER + SEMVER),
    ],
}

HEAVY = ["sqlalchemy", "alembic", "requests", "httpx", "arrow", "uri_template", "jupyter_builder.jupyterlab_semver"]

LOOK = "import sys, jupyterhub.singleuser, jupyterlab.labapp; print(*[one for one in sys.argv if one in sys.modules])"


def lighten(site):
    """@raises SystemExit if a package is another one than expected"""
    for name, edits in EDITS.items():
        file = site / name
        text = file.read_text()
        for old, new in edits:
            if text.count(old) != 1:
                sys.exit(f"lighten: {name} is another one than expected: {old!r} is in it {text.count(old)} times")
            text = text.replace(old, new)
        file.write_text(text)


def look():
    """@raises SystemExit if the server loads what it does not need"""
    # -B: what it compiled would be taken for the byte code of the image.
    loaded = subprocess.check_output([sys.executable, "-B", "-c", LOOK, *HEAVY], text=True).split()
    if loaded:
        sys.exit(f"lighten: the server loads {', '.join(loaded)} nevertheless: `python -X importtime` says from where")


if __name__ == "__main__":
    lighten(pathlib.Path(sys.argv[1]))
    look()
