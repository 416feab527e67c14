"""What a procedure's service level allows online (NĐ 224/2026/NĐ-CP, Điều 14), and what the catalogue says of it."""

from collections.abc import Iterator

import pytest
from onestop.cases.v1 import cases_service_pb2 as pb

from services.cases.core.context import CasesContext
from services.cases.core.messages import cases as messages
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.authoring.finding import BadProcedure
from services.cases.procedures.authoring.source import read
from services.cases.procedures.tests.test_publish import ADMIN, edited
from services.cases.procedures.usecases import publish
from services.cases.testing.samples import CLERK, LAN, criminal_record, sent
from services.common.database import Database
from services.common.errors import Unprocessable
from services.common.testing.plugin import MakeDatabase

CODE = "2.000998"


@pytest.fixture
def database(fresh_database: MakeDatabase) -> Iterator[Database]:
    database = Database(fresh_database("cases"), pool_size=5, name="level-tests")
    yield database
    database.close()


def test_an_information_only_procedure_is_filed_at_the_counter_and_says_where(ctx: CasesContext) -> None:
    publish.publish(ctx, ADMIN, edited(CODE, service_level="cung_cap_thong_tin"))
    with pytest.raises(Unprocessable) as caught:
        submit(ctx, LAN, sent(criminal_record(procedure=CODE)))
    assert caught.value.code == "procedure-information-only"
    assert "268 Trần Hưng Đạo" in caught.value.message_vi
    assert submit(ctx, CLERK, sent(criminal_record(procedure=CODE)))[0].ref


def test_a_partial_service_says_why_in_both_languages(ctx: CasesContext) -> None:
    reason = {"vi": "Phải lấy vân tay tại cơ quan", "en": "Fingerprints are taken at the office"}
    publish.publish(ctx, ADMIN, edited(CODE, service_level="mot_phan", partial_reason=reason, min_assurance=1))
    procedure = ctx.catalogue.find(CODE, ctx.today())
    line = messages.procedure_summary(procedure, ctx.today())
    assert (line.partial_reason.vi, line.partial_reason.en) == (reason["vi"], reason["en"])
    assert (line.service_level, line.min_assurance, line.filed_online) == (pb.SERVICE_LEVEL_MOT_PHAN, 1, True)
    assert submit(ctx, LAN, sent(criminal_record(procedure=CODE)))[0].ref


@pytest.mark.parametrize(
    "changes",
    [
        {"service_level": "mot_phan"},
        {"service_level": "mot_phan", "partial_reason": {"vi": "Phải đến nhận"}},
        {"service_level": "toan_trinh", "partial_reason": {"vi": "Phải đến", "en": "Come here"}},
    ],
)
def test_a_partial_service_without_a_published_reason_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadProcedure, match="partial_reason"):
        read("file", edited(CODE, **changes))
