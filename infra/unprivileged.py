"""Runs a command as another user: `python unprivileged.py UID GID COMMAND…`, started as root.

PostgreSQL refuses to run as root. The other user may not be able to walk to our folders (an administrator's
home is closed to everybody else), so the command keeps one capability, CAP_DAC_READ_SEARCH: it passes through
folders and reads, it cannot write anywhere else. This is a program of its own, not a preexec_fn, because
running Python between fork and exec is unsafe in a process with threads; exec keeps the PID, so the PID is the
server's. Standard library only: it runs without site-packages.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Sets(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def become(uid: int, gid: int) -> None:
    """Gives up root for good; the permitted capabilities stay until the next exec."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def keep_reading() -> bool:
    """Passes CAP_DAC_READ_SEARCH on through exec; False where the system does not grant it (some containers)."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None)
    bit = 1 << CAP_DAC_READ_SEARCH
    header, sets = _Header(CAPABILITY_VERSION_3, 0), (_Sets * 2)(_Sets(bit, bit, bit))
    if libc.capset(ctypes.byref(header), sets) != 0:
        return False
    return bool(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0) == 0)


def main(uid: str, gid: str, *command: str) -> None:
    become(int(uid), int(gid))
    keep_reading()
    try:
        Path(os.environ["HOME"]).stat()
        os.execv(command[0], command)  # noqa: S606 - exactly this program, with arguments of our own
    except PermissionError as error:
        sys.exit(
            f"User {uid} cannot reach {error.filename or command[0]}: a folder above it is closed to other users, "
            "and this system does not let us pass it. Open that folder for passing through (chmod o+x), "
            "or start the servers as an ordinary user."
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
