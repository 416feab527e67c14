"""Prints a paper in a process of its own, `python -m services.documents.papers.subprocess_press`: JSON in, paper out.

Typst keeps what it has set for some thirty papers. For a receipt that is little; a volume of a register would leave a
hundred megabytes behind, and the next one as much again. Here they go with the process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from services.common import limits
from services.documents.papers.domain import BadPaperOrder, form_of
from services.documents.papers.forms import Form
from services.documents.papers.press import Press, Printed, SealBox

CANNOT_BE_PRINTED = 3
_NOWHERE = dict.fromkeys(("all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
_NO_EXCEPTION = {"no_proxy": "", "NO_PROXY": ""}
"""Typst fetches a package that a template names, however it spells the name; from here it reaches nobody."""


def print_in_subprocess(
    press: Press,
    form: Form,
    paper_id: str,
    number: str,
    data: Mapping[str, Any],
    sealed_by: str,
    sealed_at: datetime,
    template: str = "",
) -> Printed:
    """Prints a paper as `press.print` does, in a process of its own.

    Raises:
        BadPaperOrder: as there.
        TimeoutExpired, CalledProcessError: the process took too long or died.
    """
    order = {
        "press": [press.public_url, str(press.font_dir or "")],
        "form": [form.key, form.family],
        "print": [paper_id, number, data, sealed_by, sealed_at.isoformat(), template],
    }
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name],
        input=json.dumps(order).encode(),
        capture_output=True,
        check=False,
        timeout=limits.PAPER_LEASE.total_seconds() / 2,
        env=os.environ | _NOWHERE | _NO_EXCEPTION | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    if done.returncode == CANNOT_BE_PRINTED:
        raise BadPaperOrder(why=done.stderr.decode())
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, done.args, stderr=done.stderr)
    places, _, pdf = done.stdout.partition(b"\n")
    seal, own = json.loads(places)
    return Printed(pdf, SealBox(**seal), SealBox(**own) if own else None)


def main() -> int:
    order = json.load(sys.stdin.buffer)
    public_url, font_dir = order["press"]
    paper_id, number, data, sealed_by, sealed_at, template = order["print"]
    press = Press(public_url, Path(font_dir) if font_dir else None)
    form = form_of(*order["form"])
    try:
        printed = press.print(form, paper_id, number, data, sealed_by, datetime.fromisoformat(sealed_at), template)
    except BadPaperOrder as error:
        sys.stderr.write(error.why)
        return CANNOT_BE_PRINTED
    places = [asdict(printed.seal), asdict(printed.signature) if printed.signature else None]
    sys.stdout.buffer.write(json.dumps(places).encode() + b"\n" + printed.pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
