"""What the kernel is asked by netlink, and answers. test/deploy/isolation.test.ts asks a real one."""

import struct

import kernel
import pytest
from example_settings import settings  # noqa: F401
from table import Table


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def message(kind, body):
    return struct.pack("=IHHII", 20 + len(body), kind, 0, 0, 0) + bytes(4) + body


def counter(table, name, packets):
    numbers = attribute(1, struct.pack(">Q", 9000)) + attribute(2, struct.pack(">Q", packets))
    # As the kernel sends it: 0x8000 marks an attribute that holds others.
    texts = attribute(1, table.encode() + b"\0") + attribute(2, name.encode() + b"\0")
    return message(kernel.NFT_MSG_NEWOBJ, texts + attribute(3, struct.pack(">I", 1)) + attribute(0x8004, numbers))


DONE = struct.pack("=IHHIII", 20, kernel.NLMSG_DONE, 2, 0, 0, 0)
REFUSED = struct.pack("=IHHII", 36, 2, 0, 0, 0) + struct.pack("=i", -1) + bytes(16)


@pytest.fixture
def answered(monkeypatch):
    """Sets what the kernel answers, in pieces. @returns what it was asked"""
    asked = []

    def use(*pieces):
        left = list(pieces)

        class Socket:
            def __init__(self, *_):
                pass

            __enter__ = lambda self: self  # noqa: E731
            __exit__ = lambda self, *_: None  # noqa: E731
            settimeout = lambda self, _: None  # noqa: E731
            send = lambda self, question: asked.append(question)  # noqa: E731

            def recv(self, _):
                if not left:
                    raise TimeoutError
                return left.pop(0)

        monkeypatch.setattr(kernel.socket, "socket", Socket)
        return asked

    return use


def test_counters_of_one_table(answered):
    asked = answered(counter("jhg-a", "asked", 7) + counter("jhg-b", "asked", 9), counter("jhg-a", "passed", 5) + DONE)
    assert kernel.counters("jhg-a") == {"asked": 7, "passed": 5}
    (question,) = asked
    assert struct.unpack_from("=IHH", question) == (len(question), 0xA13, 0x301)
    assert question[16:20] == bytes([kernel.NFPROTO_INET, 0, 0, 0])
    assert question[20:] == attribute(1, b"jhg-a\0")


def test_the_generation_of_all_rules(answered):
    answered(message(kernel.NFT_MSG_NEWGEN, attribute(1, struct.pack(">I", 4711)) + attribute(2, bytes(4))))
    assert kernel.generation() == 4711


@pytest.mark.parametrize("pieces", [[], [b""], [b"\0" * 40], [REFUSED], [DONE], [counter("jhg-a", "asked", 7)[:-9]]])
def test_without_a_good_answer_nothing_is_known(answered, pieces):
    answered(*pieces)
    assert kernel.counters("jhg-a") == {}
    answered(*pieces)
    assert kernel.generation() is None


def test_what_the_kernel_does_not_tell_nft_is_asked_for(answered, settings, monkeypatch):
    said = '{"nftables": [{"counter": {"name": "asked", "packets": 3}}, {"counter": {"name": "passed", "packets": 2}}]}'
    monkeypatch.setattr("table.run", lambda *_: said)
    answered(counter("jhg-kq3v7x2m", "asked", 7) + DONE)
    assert Table(settings).counters() == {"asked": 3, "passed": 2}
    answered(counter("jhg-kq3v7x2m", "asked", 7) + counter("jhg-kq3v7x2m", "passed", 6) + DONE)
    assert Table(settings).counters() == {"asked": 7, "passed": 6}
