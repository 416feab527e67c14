"""Become a program that dies with its parent and, started by root, runs without root's rights.

Run as `python -I -S launch.py PARENT_PID SIGNAL USER PROGRAM ARGUMENT...`; USER may be "-" for no change. It stands
between fork and exec so that the parent needs no code that runs in a forked copy of itself. Standard library only:
it starts in some ten milliseconds.
"""

import ctypes
import os
import pwd
import sys

# linux/prctl.h, linux/securebits.h, linux/capability.h
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 28, 47, 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_SETPCAP = 1, 2, 8
CAPABILITY_VERSION_3 = 0x20080522


def main(arguments: list[str]) -> None:
    parent, signal, user, program, *rest = arguments
    if user != "-" and os.geteuid() == 0:
        give_up_root(user, program)
    if sys.platform == "linux":
        libc().prctl(PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
        if os.getppid() != int(parent):  # it died before we asked to be told
            sys.exit(1)
    os.execv(program, [program, *rest])  # noqa: S606 - that is what it is for


def give_up_root(user: str, program: str) -> None:
    """Changes to user for good; keeps only the right to walk through folders when the program is out of reach else.

    A checkout below /root can be entered by root alone. PostgreSQL refuses to run as root but not with that one
    capability, which spares us from opening up the parents of the folder.
    """
    entry = pwd.getpwnam(user)
    libc().prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
    os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)
    os.environ["HOME"] = os.environ.get("ONESTOP_CHILD_HOME", "/")
    folder = os.getcwd()  # noqa: PTH109 - pathlib would cost half the start
    within_reach = os.access(program, os.X_OK) and os.access(folder, os.X_OK)
    if not (within_reach or keep(CAP_DAC_READ_SEARCH) or keep(CAP_DAC_OVERRIDE)):
        sys.exit(f"user {user} cannot reach {program}: move the checkout to a folder that all users may enter")


def keep(capability: int) -> bool:
    """Keeps a capability across exec, for access(2) too; returns false when this machine does not grant it."""
    return (
        set_capabilities(CAP_SETPCAP, capability)
        and libc().prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == 0
        and set_capabilities(capability)
        and libc().prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0
    )


def set_capabilities(*capabilities: int) -> bool:
    """Sets exactly these capabilities: effective, permitted and inheritable. A dropped capability cannot come back."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    mask = sum(1 << capability for capability in capabilities)
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    return bool(libc().capset(ctypes.byref(header), ctypes.byref(data)) == 0)


def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


if __name__ == "__main__":
    main(sys.argv[1:])
