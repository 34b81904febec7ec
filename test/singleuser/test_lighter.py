"""Packages of the server that are made lighter while the image is built. That they read as expected, the build says."""

import sys

import pytest
from later import Later, call_later
from lighten import EDITS, lighten


@pytest.fixture
def packages(tmp_path):
    """Files that read as expected, but for what no edit looks at."""
    for name, edits in EDITS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# first\n" + "\n# between\n".join(old for old, _ in edits) + "# last\n")
    return tmp_path


def test_each_place_is_edited_and_nothing_else(packages):
    lighten(packages)
    for name, edits in EDITS.items():
        expected = "# first\n" + "\n# between\n".join(new for _, new in edits) + "# last\n"
        assert (packages / name).read_text() == expected


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("change", [lambda old, text: text.replace(old, "", 1), lambda old, text: text + old])
def test_a_package_that_reads_otherwise_ends_the_build(packages, name, change):
    file = packages / name
    file.write_text(change(EDITS[name][-1][0], file.read_text()))
    with pytest.raises(SystemExit, match=f"lighten: {name} is another one than expected"):
        lighten(packages)


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module that is loaded nowhere yet."""
    text = "class Error(Exception): pass\ndef double(number, *, plus=0): return 2 * number + plus\n"
    (tmp_path / "heavy_one.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield "heavy_one"
    sys.modules.pop("heavy_one", None)


def test_a_module_is_loaded_when_something_of_it_is_used(module):
    later = Later(module)
    assert module not in sys.modules
    assert issubclass(later.Error, Exception)
    assert sys.modules[module].Error is later.Error
    with pytest.raises(AttributeError):
        _ = later.nothing


def test_a_function_is_loaded_when_it_is_called(module):
    double = call_later(module, "double")
    assert module not in sys.modules
    assert double(3, plus=1) == 7
    assert module in sys.modules
