"""Whose business a look-up is: of whoever handles a case, about whoever occurs in it."""

from dataclasses import replace

import pytest

from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import CaseNotFound
from services.cases.filing.usecases.submit import submit
from services.cases.look_ups import usecases as involvement
from services.cases.look_ups.domain import NumberNotInCase
from services.cases.testing.samples import CLERK, HUNG, LAN, OFFICER, WARD_OFFICER, criminal_record, sent
from services.common.context import Caller

NUMBER = "079301000019"


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    form = criminal_record()["form"] | {"purpose": "như hồ sơ của 001090000001", "nationality": "038 203.000-017"}
    return submit(ctx, LAN, sent(criminal_record(form=form)))[0].ref


def test_whoever_handles_the_case_may_ask_about_whoever_is_in_it(ctx: CasesContext, ref: str) -> None:
    assert involvement.check(ctx, CLERK, ref, NUMBER) == ref
    assert involvement.check(ctx, OFFICER, ref, NUMBER) == ref


def test_a_number_is_found_anywhere_in_the_form_as_people_write_it(ctx: CasesContext, ref: str) -> None:
    assert involvement.check(ctx, CLERK, ref, "038203000017") == ref


@pytest.mark.parametrize("number", ["001090000001", "079301000018", "", "   ", "0793"])
def test_a_number_that_is_nobodys_in_the_case_is_refused(ctx: CasesContext, ref: str, number: str) -> None:
    with pytest.raises(NumberNotInCase):
        involvement.check(ctx, CLERK, ref, number)


@pytest.mark.parametrize("who", [WARD_OFFICER, HUNG, LAN, replace(CLERK, agencies=("H30",))])
def test_a_case_of_others_is_not_there_even_for_its_applicant(ctx: CasesContext, ref: str, who: Caller) -> None:
    with pytest.raises(CaseNotFound):
        involvement.check(ctx, who, ref, NUMBER)


def test_an_invented_case_is_not_there_and_the_security_log_hears_of_it(ctx: CasesContext) -> None:
    for invented in ("H29-1", "G01.029.00-260302-9999", ""):
        with pytest.raises(CaseNotFound) as caught:
            involvement.check(ctx, CLERK, invented, NUMBER)
        assert caught.value.security_event == "call_denied"
