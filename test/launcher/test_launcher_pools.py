"""The pool in the file, and templates that take GPUs of it."""

from __future__ import annotations

from typing import Any

import pytest
from launcher.document.reader import FileError
from launcher_world import document, entry, gpu_template, profiles
from test_launcher_templates import at, parsed

POOLS = [
    (["gpus"], ["0", "0"], "gpus has an id twice"),
    *[
        (["gpus"], [id, "1"], r"gpus\[0\] must be the id of a GPU")
        for id in ("", "0,1", "\0gpu1\0", "-1", " 0", "a b", "٣", "x" * 129)
    ],
    (["gpus"], "01", "gpus must be a list"),
    (["gpus"], [0, 1], r"gpus\[0\] must be a text"),
    (["gpus"], ["0"], r"menus\[0\].two-gpus.gpus must be a whole number from 0 to 1"),
]


@pytest.mark.parametrize(("path", "value", "message"), POOLS)
def test_wrong_pools_are_named(path: list[Any], value: Any, message: str) -> None:
    given = profiles()
    at(given, path[:-1])[path[-1]] = value
    with pytest.raises(FileError, match=f"^{message}"):
        parsed(given)


def test_a_template_asks_for_what_its_label_says_and_the_menu_gives() -> None:
    """They are counted by the label: one that said less would be given to two."""
    places = ["\0gpu1\0", "\0gpu2\0"]
    for number, label, devices, gpus in [
        (1, "\0gpu1\0", places[:1], 0),
        (1, "\0gpu1\0", places[:1], 2),
        (1, "", places[:1], 1),
        (1, "\0gpu1\0", places, 1),
        (2, "\0gpu1\0", places, 2),
        (2, "\0gpu2\0,\0gpu1\0", places, 2),
        (2, "\0gpu1\0,\0gpu2\0", places[:1], 2),
        (2, "\0gpu1\0,\0gpu2\0", [places[0], places[0]], 2),
        (1, "0", ["\0gpu1\0"], 0),
        (1, "\0gpu1\0", ["0"], 0),
    ]:
        made = gpu_template(number)
        made["create"]["Labels"]["jupyterhub.gpus"] = label
        made["create"]["HostConfig"]["DeviceRequests"][0]["DeviceIDs"] = devices
        with pytest.raises(FileError, match=r"^menus\[0\].gpu.gpus is not what templates\[0\] asks for"):
            parsed({**profiles(), "templates": [made], "menus": [{"gpu": entry(0, gpus)}], "others": None})


@pytest.mark.parametrize("devices", [None, [], "0", [0]])
def test_a_number_of_gpus_is_never_asked_for(devices: Any) -> None:
    made = gpu_template(1)
    made["create"]["HostConfig"]["DeviceRequests"][0].update({"Count": -1, "DeviceIDs": devices})
    with pytest.raises(FileError, match=r"^templates\[0\].create.HostConfig.DeviceRequests\[0\].DeviceIDs"):
        parsed(document(templates=[made]))
