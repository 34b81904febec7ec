"""Runs a command and says, in a file, what it and all the processes that it started have used.

    python3 measure.py RESULT COMMAND [ARG ...]

Seconds that passed; seconds of CPU time, user and system, of the command and whatever it started, also of what its own
parent left behind (plugins, for example); and the most memory that all of them held at one time, looked at twenty times
a second. Linux only. Ended by a signal, it ends them all.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time

PR_SET_CHILD_SUBREAPER = 36
PAGE = os.sysconf("SC_PAGE_SIZE")
LOOK_EVERY = 0.05


def descendants():
    """Ids of all processes below this one."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:
                    parent = int(stat.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue  # It has ended meanwhile.
            children.setdefault(parent, []).append(int(name))
    found, left = [], list(children.get(os.getpid(), []))
    while left:
        pid = left.pop()
        found.append(pid)
        left += children.get(pid, [])
    return found


def resident(pid):
    """Bytes of memory that a process has to itself; pages of its program's file are not counted."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as statm:
            _, pages, shared = statm.read().split()[:3]
            return (int(pages) - int(shared)) * PAGE
    except OSError:
        return 0


def kill_descendants():
    for pid in descendants():
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def ended_within(seconds):
    """Waits for processes below this one. @returns what each that has ended by itself used"""
    used, deadline = [], time.monotonic() + seconds
    while descendants() and time.monotonic() < deadline:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if pid == 0:
            time.sleep(0.02)
        else:
            used.append(usage)
    return used


def main():
    result, *command = sys.argv[1:]
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("measure.py: orphans cannot be waited for (prctl)")
    peak, over = 0, threading.Event()

    def look():
        nonlocal peak
        while not over.wait(LOOK_EVERY):
            peak = max(peak, sum(map(resident, descendants())))

    def end(number, _frame):
        kill_descendants()
        os._exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    began = time.monotonic()
    child = subprocess.Popen(command)
    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    # Of each process itself and of those that it has waited for: each is counted once.
    used = []
    code, seconds = 1, 0.0
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        used.append(usage)
        if pid == child.pid:
            code, seconds = os.waitstatus_to_exitcode(status), time.monotonic() - began
            # What goes on after it would not end by itself.
            used += ended_within(5)
            kill_descendants()
    over.set()
    watcher.join()
    user, system = sum(one.ru_utime for one in used), sum(one.ru_stime for one in used)
    with open(result, "w") as file:
        json.dump({"code": code, "seconds": seconds, "user": user, "system": system, "memory": peak}, file)


main()
