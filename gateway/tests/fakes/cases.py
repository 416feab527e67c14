"""A CasesService with one case and one procedure."""

import threading
from typing import Any

import orjson
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import cases_service_pb2_grpc as grpc
from onestop.common.v1.text_pb2 import Text

from gateway.tests.fakes.common import REF, SLOW_REF, Asked
from services.common.errors import NotFound, PreconditionFailed


class Cases(grpc.CasesServiceServicer):
    """One case and one procedure; a version other than the case's is refused."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.case = pb.Case(
            ref=REF,
            procedure_code="3.000347",
            procedure_name=Text(vi="Đổi giấy phép lái xe"),
            status=pb.CaseStatus.CASE_STATUS_REGISTERED,
            version=3,
            form=orjson.dumps({"full_name": "Nguyễn Thị Lan"}),
            applicant=pb.Applicant(
                kind=pb.APPLICANT_KIND_PERSON, full_name="Nguyễn Thị Lan", identifier="079301000019"
            ),
            attachments=[pb.Attachment(paper="HEALTH", file_id="f1", sha256=b"\x01" * 32)],
            explanation=[Text(vi="Ngày đầu không tính.", en="The first day is not counted.")],
            consultations=[pb.Consultation(consultation_id="c1", agency_code="G01.001.00")],
            history_head=b"\xab" * 32,
            allowed_actions=["accept"],
        )
        self.filed: set[str] = set()
        self.slow_call_came = threading.Event()
        self.slow_call_may_end = threading.Event()

    def SubmitCase(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        replayed = request.idempotency_key in self.filed
        self.filed.add(request.idempotency_key)
        return pb.SubmitCaseResponse(ref=REF, status=pb.CaseStatus.CASE_STATUS_REGISTERED, version=1, replayed=replayed)

    def GetCase(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        if request.ref == SLOW_REF:
            self.slow_call_came.set()
            self.slow_call_may_end.wait(10)
        elif request.ref != REF:
            raise NotFound
        alike = pb.PossibleDuplicate(ref=SLOW_REF, status=pb.CASE_STATUS_ACCEPTED, same_applicant=True)
        return pb.GetCaseResponse(case=self.case, unread_messages=2, possible_duplicates=[alike])

    def SearchCases(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        line = pb.CaseSummary(ref=REF, status=pb.CaseStatus.CASE_STATUS_REGISTERED, version=3, overdue=True)
        return pb.SearchCasesResponse(cases=[line], next_page_token="more")

    def GetHistory(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        entry = pb.HistoryEntry(seq=1, entry='{"action":"nộp"}', hash=b"\xab" * 32)
        return pb.GetHistoryResponse(ref=REF, entries=[entry], head=b"\xab" * 32)

    def GetPublicStatus(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        if request.ref != REF:
            raise NotFound
        return pb.GetPublicStatusResponse(ref=REF, status=pb.CaseStatus.CASE_STATUS_DECIDED, due_date="2026-01-12")

    def ListProcedures(self, request: Any, context: Any) -> Any:
        line = pb.ProcedureSummary(code="3.000347", name=Text(vi="Đổi giấy phép lái xe"), fee_online=115000)
        return pb.ListProceduresResponse(procedures=[line])

    def GetProcedure(self, request: Any, context: Any) -> Any:
        if request.code != "3.000347":
            raise NotFound
        procedure = {
            "code": "3.000347",
            "legal_basis": ["Điều 21"],
            "form_schema": {"properties": {"full_name": {}, "birth_date": {}, "class": {}, "reason": {}}},
            "prefill": {"full_name": "full_name", "birth_date": "birth_date"},
            "papers": [
                {
                    "code": "gplx_cu",
                    "name_vi": "Giấy phép lái xe đang có",
                    "name_en": "Present driving licence",
                    "required": ["online"],
                    "fits": ["giay_phep_lai_xe"],
                    "register_source": "Cơ sở dữ liệu giấy phép lái xe",
                    "register_code": "driving_licence",
                    "valid_months": None,
                },
                {
                    "code": "old",
                    "name_vi": "Cũ",
                    "name_en": "Old",
                    "required": [],
                    "fits": [],
                    "valid_months": 1,
                    "register_source": "",
                    "register_code": "",
                },
            ],
        }
        return pb.GetProcedureResponse(procedure=orjson.dumps(procedure))

    def Act(self, request: Any, context: Any) -> Any:
        self.asked.note(request, name=request.WhichOneof("command"))
        if request.expected_version != self.case.version:
            raise PreconditionFailed
        return pb.ActResponse(case=self.case)
