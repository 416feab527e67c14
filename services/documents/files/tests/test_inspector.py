"""Files are looked into by processes that may be made to swell, stall or die without harm to the one that asks."""

import os
import signal
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.common import context, limits
from services.common.context import Trace
from services.common.errors import DeadlineExceeded
from services.documents.files import inspector
from services.documents.files.inspector import Inspectors, InspectorsBusy
from services.documents.files.receive import received
from services.documents.files.refusals import CannotBeChecked, OfficeUnsafe, TakesTooLong, TooLargeInside
from services.documents.tests.samples import image, office, pdf, swelling_pdf


@pytest.fixture
def inspectors() -> Iterator[Inspectors]:
    inspectors = Inspectors(1)
    yield inspectors
    inspectors.close()


def kind_of(inspectors: Inspectors, content: bytes) -> str:
    with received([content]) as incoming:
        return inspectors.media_type_of(incoming)


def test_a_file_is_looked_into_by_another_process_and_read_from_its_beginning_afterwards(
    inspectors: Inspectors,
) -> None:
    content = image("PNG", (300, 300))
    with received([content]) as incoming:
        assert inspectors.media_type_of(incoming) == "image/png"
        assert b"".join(incoming.chunks()) == content


def test_one_process_serves_one_file_after_another(inspectors: Inspectors) -> None:
    kind_of(inspectors, pdf())
    first = process_of(inspectors)
    kind_of(inspectors, office())
    assert process_of(inspectors) == first


def test_a_process_with_nothing_to_do_leaves(inspectors: Inspectors, monkeypatch: pytest.MonkeyPatch) -> None:
    kind_of(inspectors, pdf())
    inspectors.rest()
    first = process_of(inspectors)
    monkeypatch.setattr(limits, "INSPECTOR_IDLE", -limits.INSPECTOR_IDLE)
    inspectors.rest()
    assert not Path(f"/proc/{first}").exists()
    assert kind_of(inspectors, pdf()) == "application/pdf"


def test_a_process_that_died_is_replaced(inspectors: Inspectors) -> None:
    kind_of(inspectors, pdf())
    first = process_of(inspectors)
    os.kill(first, signal.SIGTERM)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert kind_of(inspectors, pdf()) == "application/pdf"


def test_a_process_knows_no_secrets(inspectors: Inspectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONESTOP_S3_SECRET_KEY", "secret")
    kind_of(inspectors, pdf())
    assert b"ONESTOP" not in Path(f"/proc/{process_of(inspectors)}/environ").read_bytes()


@pytest.mark.slow
def test_a_pdf_of_a_few_kilobytes_whose_objects_swell_is_refused_and_harms_nobody(inspectors: Inspectors) -> None:
    content = swelling_pdf(limits.INSPECTOR_MEMORY + 100 * limits.MIB)
    with pytest.raises(TooLargeInside):
        kind_of(inspectors, content)
    assert kind_of(inspectors, pdf()) == "application/pdf"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_packed_to_swell_are_not_unpacked(inspectors: Inspectors, method: int) -> None:
    with pytest.raises(OfficeUnsafe):
        kind_of(inspectors, office(parts={"word/big.xml": bytes(50 * limits.MIB)}, compression=method))


def test_a_directory_of_a_million_and_a_half_entries_is_refused_unread(inspectors: Inspectors) -> None:
    content = office()
    end = content.rfind(b"PK\x05\x06")
    size, at = (int.from_bytes(content[end + i : end + i + 4], "little") for i in (12, 16))
    entry = content[at : at + size]
    one = entry[: entry.index(b"PK\x01\x02", 4)]
    directory = entry + one * 1_500_000
    tail = bytearray(content[end:])
    tail[12:16] = len(directory).to_bytes(4, "little")
    with pytest.raises(OfficeUnsafe, match="too many parts"):
        kind_of(inspectors, content[:at] + directory + bytes(tail))


def test_a_file_that_takes_too_much_time_is_refused_and_the_work_ends(
    inspectors: Inspectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind_of(inspectors, pdf())
    stopped = process_of(inspectors)
    os.kill(stopped, signal.SIGSTOP)
    monkeypatch.setattr(limits, "INSPECTION_TIME", limits.INSPECTION_TIME / 100)
    with pytest.raises(TakesTooLong):
        kind_of(inspectors, pdf())
    assert not Path(f"/proc/{stopped}").exists()


@pytest.mark.parametrize(
    ("ended_by", "told"),
    [(signal.SIGXCPU, TakesTooLong), (signal.SIGKILL, TooLargeInside), (signal.SIGSEGV, CannotBeChecked)],
)
def test_a_process_that_dies_over_a_file_refuses_it(
    inspectors: Inspectors, ended_by: signal.Signals, told: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind_of(inspectors, pdf())
    monkeypatch.setattr(inspector._Inspector, "is_alive", lambda _: True)  # as far as anybody knows
    os.kill(process_of(inspectors), ended_by)
    with pytest.raises(told):
        kind_of(inspectors, pdf())
    assert kind_of(inspectors, pdf()) == "application/pdf"


def test_the_work_ends_when_whoever_asked_has_gone(inspectors: Inspectors) -> None:
    kind_of(inspectors, pdf())
    process = process_of(inspectors)
    os.kill(process, signal.SIGSTOP)
    with context.acting(None, Trace(), is_active=lambda: False), pytest.raises(DeadlineExceeded):
        kind_of(inspectors, pdf())
    assert not Path(f"/proc/{process}").exists()


def test_the_work_ends_when_the_deadline_of_the_request_has_passed(inspectors: Inspectors) -> None:
    kind_of(inspectors, pdf())
    process = process_of(inspectors)
    os.kill(process, signal.SIGSTOP)
    with context.acting(None, Trace(), seconds=0.05), pytest.raises(DeadlineExceeded):
        kind_of(inspectors, pdf())
    assert not Path(f"/proc/{process}").exists()


def test_who_finds_no_process_free_in_time_is_told_to_come_again(
    inspectors: Inspectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind_of(inspectors, pdf())
    process = process_of(inspectors)
    os.kill(process, signal.SIGSTOP)
    monkeypatch.setattr(limits, "INSPECTION_WAIT", limits.INSPECTION_WAIT / 1000)
    first = threading.Thread(target=kind_of, args=(inspectors, pdf()))
    first.start()
    while inspectors._idle:  # until the one process is taken
        time.sleep(0)
    with pytest.raises(InspectorsBusy):
        kind_of(inspectors, pdf())
    os.kill(process, signal.SIGCONT)
    first.join()


def test_processes_that_grew_are_not_kept(inspectors: Inspectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspector._Inspector, "ask", lambda *_: {"media_type": "image/png", "spent": True})
    kind_of(inspectors, pdf())
    assert inspectors._idle == []


def process_of(inspectors: Inspectors) -> int:
    [idle] = inspectors._idle
    return idle._process.pid
