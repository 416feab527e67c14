"""Dates, numbers and texts that some part inside cannot read are the caller's fault, and are said to be."""

import base64

import orjson
import pytest

from e2e.client import Client, Refused
from e2e.conftest import System

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
REF = "G01.029.00-260302-0001"


@pytest.mark.parametrize(
    ("order", "value"),
    [
        ("due", "0000-01-01"),
        ("due", "99999-01-01"),
        ("due", "2026-W01-1"),
        ("due", "-infinity"),
        ("received", "infinity"),
        ("received", "2026-01-01 00:00:00+23:59:59.5"),
        ("name", "a\0b"),
    ],
)
def test_a_page_token_of_what_the_database_does_not_read_is_refused(system: System, order: str, value: str) -> None:
    clerk = Client(system.base_url).log_in("clerk")
    token = base64.urlsafe_b64encode(orjson.dumps([order, 0, [value, REF]])).decode()
    with pytest.raises(Refused) as refusal:
        clerk.get("/cases", order=order, page_token=token)
    assert (refusal.value.status, refusal.value.problem["errors"][0]["code"]) == (400, "page-token")


@pytest.mark.parametrize(
    "replaced",
    [
        ("code: ", "code: " + "9" * 200_000 + " # "),
        ("name_en: ", 'name_en: "\\ud800" # '),
        ("name_en: ", "name_en: !!timestamp x # "),
        ("name_en: ", "? [a, b]\n: x\nname_en: "),
        ("form_schema:\n", "form_schema:\n  properties:\n  x:\n"),
    ],
    ids=["digits", "half a character", "a tag", "a key that is a list", "properties: null"],
)
def test_a_procedure_file_with_anything_in_it_is_judged(system: System, replaced: tuple[str, str]) -> None:
    admin = Client(system.base_url).log_in("admin")
    file = admin.content("/procedures/1.001193/file").decode()
    assert replaced[0] in file
    with pytest.raises(Refused) as refusal:
        admin.publish(file.replace(*replaced, 1).encode())
    assert refusal.value.status == 400
    assert refusal.value.problem["errors"]


@pytest.mark.parametrize("version", [10**30, -1, 2**31])
def test_a_version_no_case_can_have_is_refused(system: System, version: int) -> None:
    officer = Client(system.base_url).log_in("officer")
    with pytest.raises(Refused) as refusal:
        officer.post("/cases/bulk", {"action": "claim", "cases": [{"ref": REF, "version": version}]})
    assert refusal.value.status == 400
