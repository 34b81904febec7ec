"""Runs a program that sees its folder, one file more, and the image's programs, and nothing else of the container.

A student's notebook is a program of theirs. Graded beside the submissions of all others, as the grader and with the
grader's tokens, it could put another's solution into what comes back to its student. Landlock, which Linux has since
5.13, takes that away from a process for good, without root: files elsewhere, the memory and environment of other
processes, and, where the kernel knows how, connections (6.7) and signals (6.12).

confine.py FILE SCRATCH READABLE PROGRAM ARGUMENT…   (READABLE: folders, with a colon between them)
"""

import ctypes
import os
import struct
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION, PATH_BENEATH = 1, 1
NO_NEW_PRIVILEGES = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
TRUNCATE = 1 << 14
ALL_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
LOOK = EXECUTE | READ_FILE | READ_DIR
# No links, no sockets, no devices: what another program later follows.
WORK = LOOK | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | TRUNCATE
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
CONNECT_TCP = 1 << 1
ABSTRACT_SOCKETS_AND_SIGNALS = 3

PROGRAMS = ("/usr", "/bin", "/lib", "/lib64", "/opt", "/etc", "/run/authorities")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
KEPT = ("JPY_PARENT_PID", "LANG", "LC_ALL", "PATH", "SSL_CERT_FILE", "TZ")

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def version():
    """Of Landlock; 0 where Linux has none, or forbids it."""
    try:
        return call(CREATE_RULESET, None, 0, VERSION)
    except OSError:
        return 0


def confine(rights):
    """For this process and all that come of it. @param rights path → what may be done below it"""
    known = version()
    if known < 1:
        raise OSError("this machine's Linux has no Landlock")
    handled = ALL_BY_VERSION[min(known, 5)]
    attributes = struct.pack(
        "=QQQ", handled, CONNECT_TCP if known >= 4 else 0, ABSTRACT_SOCKETS_AND_SIGNALS if known >= 6 else 0
    )
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    rules = call(CREATE_RULESET, attributes, size, 0)
    for path, allowed in rights.items():
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        of_path = allowed if os.path.isdir(path) else allowed & OF_FILES
        call(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", of_path & handled, descriptor), 0)
        os.close(descriptor)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError("no_new_privs was refused")
    call(RESTRICT_SELF, rules, 0)


def main():
    file, scratch, readable, *command = sys.argv[1:]
    confine(
        {
            **dict.fromkeys(PROGRAMS, LOOK),
            **dict.fromkeys(filter(None, readable.split(":")), LOOK),
            **dict.fromkeys(DEVICES, READ_FILE | WRITE_FILE),
            # Of the process itself and those below it: others' environment and memory Landlock refuses.
            "/proc": READ_FILE | READ_DIR,
            file: READ_FILE | WRITE_FILE,
            scratch: WORK,
            os.getcwd(): WORK,
        }
    )
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    # A program of the home would not be readable, and Python would look for it.
    plain = {"HOME": scratch, "TMPDIR": scratch, "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    os.execvpe(command[0], command, {**kept, **plain})


if __name__ == "__main__":
    main()
