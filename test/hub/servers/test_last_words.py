"""What is shown of a server's log: it comes from whatever runs in the container."""

from declared.servers import last_words

LATER = "2026-01-01T10:00:00.5Z"
BEFORE = "2026-01-01T10:00:00.25Z"


def frame(text: bytes, moment: str = LATER, stream: int = 1) -> bytes:
    body = f"{moment} ".encode() + text
    return bytes([stream, 0, 0, 0]) + len(body).to_bytes(4, "big") + body


def test_both_streams_in_their_order():
    assert last_words.of(frame(b"one\n") + frame(b"two\n", stream=2) + frame(b"three"), "") == ["one", "two", "three"]


def test_only_what_was_written_after_the_last_end():
    log = frame(b"old\n", BEFORE) + frame(b"new\n")
    for ended in (BEFORE, "2026-01-01T10:00:00.250000001Z", "2026-01-01T10:00:00.499999999Z"):
        assert last_words.of(log, ended) == ["new"]
    assert last_words.of(log, "0001-01-01T00:00:00Z") == ["old", "new"]
    assert last_words.of(log, LATER) == []


def test_it_is_bounded():
    lines = last_words.of(b"".join(frame(b"x" * 16384) for _ in range(100)), "")
    assert len(lines) == last_words.LINES and {len(line) for line in lines} == {last_words.LONGEST + 2}
    assert last_words.of(frame(b"a\n" * 5000 + b"end"), "")[-1] == "end"


def test_nothing_in_it_controls_anything():
    hostile = "\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://x\x1b\\link \x00\x08\x7f\x9b31m"
    assert last_words.of(frame(f"{hostile}\u202etxt\u200b\ufeff\U000e0001".encode()), "") == ["red link 31mtxt"]
    assert last_words.of(frame(b"\xff\xfe\x1b"), "") == ["\ufffd\ufffd"]
    assert last_words.of(frame("größe 日本 😀\t\n".encode()), "") == ["größe 日本 😀"]


def test_a_log_that_is_cut_or_no_log():
    whole = frame(b"one\n") + frame(b"two\n")
    assert [last_words.of(whole[:end], "") for end in range(len(whole))][-1] == ["one", "two"]
    for junk in (
        b"",
        b"\x01",
        b"\x01\0\0\0\xff\xff\xff\xffx",
        b"not a log at all, but some text",
        bytes(range(256)) * 50,
    ):
        assert isinstance(last_words.of(junk, BEFORE), list)
