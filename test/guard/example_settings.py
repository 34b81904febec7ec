"""A guard's settings. These tests check its decisions, without a network; test/deploy/isolation.test.ts has one."""

import pytest


@pytest.fixture
def settings():
    return {
        "instance": "kq3v7x2m",
        "hub": "10.88.0.2",
        "proxy": "10.88.0.3",
        "ports": {"hub": 8081, "proxy": 8000},
        "rules": {"inside": ["oifname @bridges drop", "drop"], "outward": ["ip daddr 10.88.0.0/22 accept"]},
    }
