"""Looks into files for another process, which starts `python -m services.documents.files.inspect.child`.

Over the socket that is its standard input it is handed an open file at a time and answers with a line of JSON. Memory
and CPU are limited anew for every file; whoever started it watches the clock and ends it. It knows no secrets.
"""

import json
import mmap
import os
import resource
import socket
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.common import limits
from services.documents.files.inspect import media_type_of
from services.documents.files.inspect.refused import Refused
from services.documents.files.inspect.splitting import pages_in, split

MESSAGE_BYTES = 4_096
MOST_FILES = limits.SCAN_PARTS + 2  # the stack, its parts, the mark


def answer(file: int, asked: bytes = b"?", others: Sequence[int] = ()) -> dict[str, Any]:
    """Returns the answer about an open file; `spent` when this process has grown too large to be kept.

    Args:
        asked: `?` what it is, `#` how many pages it has, `/` and JSON ranges: to split it onto the other files.
        others: the files for the parts, and the mark for those certified.
    """
    with mmap.mmap(file, 0, access=mmap.ACCESS_READ) as view:
        _limit(len(view))
        try:
            said = _said(view, asked, others)
        except Refused as refusal:
            said = {"refused": refusal.args}
        except MemoryError:
            said = {"refused": ("file-too-large-inside",), "spent": True}
        except Exception as error:  # noqa: BLE001  # told to the parent, which logs it and refuses the file
            said = {"failed": repr(error)[:400]}
    return {"spent": _memory() > limits.INSPECTOR_KEPT} | said


def _said(view: mmap.mmap, asked: bytes, others: Sequence[int]) -> dict[str, Any]:
    if asked.startswith(b"#"):
        return {"pages": pages_in(view)}
    if asked.startswith(b"/"):
        split(view, json.loads(asked[1:]), others[:-1], others[-1])
        return {"split": True}
    return {"media_type": media_type_of(view)}


def _limit(file_bytes: int) -> None:
    """Limits CPU to so much more than was used so far, and memory to so much besides the file itself; raised and
    lowered freely."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + limits.INSPECTION_CPU
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    if sys.platform == "linux":  # elsewhere it is not kept to
        memory = limits.INSPECTOR_MEMORY + file_bytes
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _memory() -> int:
    """Returns the memory held now; where the system does not say, the most held so far."""
    if sys.platform == "linux":
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what people upload is not left lying about
    warnings.simplefilter("ignore")
    with socket.socket(fileno=sys.stdin.fileno()) as parent:
        while True:
            message, files, _, _ = socket.recv_fds(parent, MESSAGE_BYTES, MOST_FILES)
            if not message:
                return
            try:
                said = answer(files[0], message, files[1:])
            finally:
                for each in files:
                    os.close(each)
            parent.sendall(json.dumps(said).encode() + b"\n")


if __name__ == "__main__":
    main()
