"""A template of a result is set with examples, so that a fault is known before anybody is granted anything."""

import pytest

from services.documents.papers.trial import fault_of
from services.documents.tests.samples import RESULTS

KIND = {"code": "giay", "name_vi": "Giấy", "name_en": "Paper"}
GOOD = """#import "/result-base.typ": *
#show: certificate.with("Giấy", "Paper")
#entry("Họ tên", fact("full_name"))
#certificate-closing()
"""


@pytest.mark.parametrize("template", RESULTS)
@pytest.mark.parametrize("fully", [True, False])
def test_every_template_that_ships_is_set(template: str, fully: bool) -> None:
    assert fault_of(template, KIND, RESULTS[template], fully=fully) == ""


def test_what_came_with_a_procedure_is_set_too_and_its_fault_told() -> None:
    facts = {"full_name": "Nguyễn Thị Lan"}
    assert fault_of(GOOD, KIND, facts, fully=False) == ""
    assert fault_of(GOOD.replace('fact("full_name")', "name"), KIND, facts, fully=False) == "unknown variable: name"
    assert "keeps no place" in fault_of("Không có chỗ ký", KIND, facts, fully=False)
    assert "packages" in fault_of('#import "@preview/cetz:0.2.0"\n', KIND, facts, fully=False)
    assert "ships here" in fault_of("giay-chua-co", KIND, facts, fully=False)
