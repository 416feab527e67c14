"""What nobody proved is handed to nobody, and what was proven or decided is given to nobody else."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from uuid import UUID

import pytest

from services.cases.core.actions import Identify, Return, Withdraw
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor, Applicant, Correction, Receiver
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.errors import AlreadyDecided
from services.cases.core.domain.filer import Filer, Standing
from services.cases.core.domain.procedure_parts import Channel
from services.cases.handling.domain.errors import NothingToIdentify
from services.cases.procedures.folder import load_catalogue
from services.common.errors import InvalidInput

LAN, HUNG = "079301000019", "001090000001"
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
ACTOR = Actor("clerk-account", "Phạm Thị Mai", "clerk")
COUNTER = None


@cache
def rules() -> CaseRules:
    catalogue = load_catalogue()
    procedure = catalogue.find("2.000488", date(2026, 3, 2))
    return catalogue.case_rules(procedure.code, procedure.effective_from, "G01.029.00")


def case(standing: Standing | None) -> Case:
    filer = Filer("lan-account", "Nguyễn Thị Lan", LAN, 2, standing) if standing else None
    procedure, applicant = rules().procedure, Applicant("person", "Nguyễn Thị Lan", LAN)
    channel: Channel = "online" if standing else "counter"
    return Case(
        UUID(int=1), procedure.code, procedure.effective_from, "G01.029.00", channel, applicant, AT, filer=filer
    )  # fmt: skip


@pytest.mark.parametrize("standing", [Standing.SELF, Standing.REPRESENTATIVE])
def test_no_clerk_gives_a_case_whose_filer_proved_it_to_somebody_else(standing: Standing) -> None:
    assert isinstance(Identify.obstacle(case(standing), "clerk-account", rules()), NothingToIdentify)


@pytest.mark.parametrize("standing", [COUNTER, Standing.PROXY, Standing.UNPROVEN])
def test_what_nobody_proved_is_established_before_the_decision_only(standing: Standing | None) -> None:
    assert Identify.obstacle(case(standing), "clerk-account", rules()) is None
    decided = replace(case(standing), decided_at=AT)
    assert isinstance(Identify.obstacle(decided, "clerk-account", rules()), AlreadyDecided)


def test_the_country_is_that_of_the_number_put_right() -> None:
    foreigner = replace(case(COUNTER), applicant=Applicant("person", "Sato Yui", "JPNTR1234567", country="JPN"))
    for identifier, country in ((LAN, ""), ("KORM12345678", "KOR")):
        named = Identify(identifier, "Hộ chiếu").apply_to(foreigner, ACTOR, AT, rules()).applicant
        assert (named.identifier, named.country) == (identifier, country)


def test_nd118_21_1_what_was_opened_again_for_a_correction_has_a_result_and_is_not_withdrawn() -> None:
    correction = Correction("Sai tên", "Điều 21", 2, "Võ Thành Công", AT, "granted", AT, None, "paper", "file")
    reopened = replace(case(Standing.SELF), corrections=(correction,))
    assert isinstance(Withdraw.obstacle(reopened, "lan-account", rules()), AlreadyDecided)


def test_a_result_of_a_case_nobody_proved_goes_to_nobody_online() -> None:
    unproven = replace(case(Standing.UNPROVEN), decided_at=AT)
    with pytest.raises(InvalidInput) as caught:
        Return().check(unproven, AT, rules())
    assert [(each.pointer, each.code) for each in caught.value.fields] == [("/by", "nobody-online")]
    at_the_counter = Receiver("", "applicant", "identity_card", LAN)
    for handed in (Return(receiver=at_the_counter), Return(by="counter", receiver=at_the_counter)):
        handed.check(unproven, AT, rules())
    for theirs in (replace(unproven, identified=True), case(Standing.SELF), case(Standing.PROXY)):
        Return().check(theirs, AT, rules())
