# ruff: noqa: N802, ARG002  # methods and parameters are named by the protos
"""Small services that answer for real over gRPC: they remember what they were asked and keep what they were given."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from google.protobuf.message import Message
from onestop.cases.v1 import books_service_pb2 as books_pb
from onestop.cases.v1 import books_service_pb2_grpc as books_grpc
from onestop.cases.v1 import cases_service_pb2 as cases_pb
from onestop.cases.v1 import cases_service_pb2_grpc as cases_grpc
from onestop.cases.v1 import catalogue_service_pb2 as catalogue_pb
from onestop.cases.v1 import catalogue_service_pb2_grpc as catalogue_grpc
from onestop.cases.v1 import corrections_service_pb2 as corrections_pb
from onestop.cases.v1 import corrections_service_pb2_grpc as corrections_grpc
from onestop.cases.v1 import papers_service_pb2 as papers_pb
from onestop.cases.v1 import papers_service_pb2_grpc as papers_grpc
from onestop.cases.v1 import retention_service_pb2 as retention_pb
from onestop.cases.v1 import retention_service_pb2_grpc as retention_grpc
from onestop.cases.v1 import steps_service_pb2 as steps_pb
from onestop.cases.v1 import steps_service_pb2_grpc as steps_grpc
from onestop.documents.v1 import documents_service_pb2 as documents_pb
from onestop.documents.v1 import documents_service_pb2_grpc as documents_grpc
from onestop.documents.v1 import store_service_pb2 as store_pb
from onestop.documents.v1 import store_service_pb2_grpc as store_grpc
from onestop.exchange.v1 import exchange_service_pb2 as exchange_pb
from onestop.exchange.v1 import exchange_service_pb2_grpc as exchange_grpc
from onestop.identity.v1 import identity_service_pb2 as identity_pb
from onestop.identity.v1 import identity_service_pb2_grpc as identity_grpc
from onestop.payments.v1 import payments_service_pb2 as payments_pb
from onestop.payments.v1 import payments_service_pb2_grpc as payments_grpc

from services.common import context as acting
from services.common.context import Caller, Trace
from services.common.errors import InvalidInput, NotFound, PreconditionFailed, Unauthenticated

REF = "H29.001.00-260105-0001"
SLOW_REF = "H29.001.00-260105-0002"
WHEN = "2026-01-05T01:00:00Z"


@dataclass
class Call:
    """One call as the service saw it."""

    request: Any
    caller: Caller | None
    trace: Trace


@dataclass
class Asked:
    """What the fakes were asked, by RPC name."""

    calls: dict[str, list[Call]] = field(default_factory=dict)

    def note(self, request: Message) -> None:
        name = type(request).__name__.removesuffix("Request")
        self.calls.setdefault(name, []).append(Call(request, acting.caller_or_none(), acting.trace()))

    def last(self, name: str) -> Any:
        return self.calls[name][-1].request

    def last_call(self, name: str) -> Call:
        return self.calls[name][-1]


class Cases(cases_grpc.CasesServiceServicer):
    """One case and one procedure; a version other than the case's is refused."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.case = cases_pb.Case(
            ref=REF,
            procedure_code="3.000347",
            procedure_name_vi="Đổi giấy phép lái xe",
            status=cases_pb.CaseStatus.CASE_STATUS_REGISTERED,
            version=3,
            form_json=orjson.dumps({"full_name": "Nguyễn Thị Lan"}),
            applicant=cases_pb.Applicant(kind="person", full_name="Nguyễn Thị Lan", identifier="079301000019"),
            attachments=[cases_pb.Attachment(paper="HEALTH", file_id="f1", sha256=b"\x01" * 32)],
            explanation=[cases_pb.Explanation(vi="Ngày đầu không tính.", en="The first day is not counted.")],
            consultations=[cases_pb.Consultation(consultation_id="c1", agency_code="G01.001.00")],
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
        return cases_pb.SubmitCaseResponse(
            ref=REF, status=cases_pb.CaseStatus.CASE_STATUS_REGISTERED, version=1, replayed=replayed
        )

    def GetCase(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        if request.ref == SLOW_REF:
            self.slow_call_came.set()
            self.slow_call_may_end.wait(10)
        elif request.ref != REF:
            raise NotFound
        alike = cases_pb.PossibleDuplicate(ref=SLOW_REF, status=cases_pb.CASE_STATUS_ACCEPTED, same_applicant=True)
        return cases_pb.GetCaseResponse(case=self.case, unread_messages=2, possible_duplicates=[alike])

    def SearchCases(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        line = cases_pb.CaseSummary(ref=REF, status=cases_pb.CaseStatus.CASE_STATUS_REGISTERED, version=3, overdue=True)
        return cases_pb.SearchCasesResponse(cases=[line], next_page_token="more")

    def GetHistory(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        entry = cases_pb.HistoryEntry(seq=1, entry='{"action":"nộp"}'.encode(), hash=b"\xab" * 32)
        return cases_pb.GetHistoryResponse(ref=REF, entries=[entry], head=b"\xab" * 32)

    def GetPublicStatus(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return cases_pb.GetPublicStatusResponse(
            ref=REF, status=cases_pb.CaseStatus.CASE_STATUS_DECIDED, due_date="2026-01-12"
        )

    def ListProcedures(self, request: Any, context: Any) -> Any:
        line = cases_pb.ProcedureSummary(code="3.000347", name_vi="Đổi giấy phép lái xe", fee_online=115000)
        return cases_pb.ListProceduresResponse(procedures=[line])

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
                    "register_code": "",
                },
            ],
        }
        return cases_pb.GetProcedureResponse(procedure_json=orjson.dumps(procedure))

    def change(self, request: Any, answer: Any) -> Any:
        self.asked.note(request)
        if request.change.expected_version != self.case.version:
            raise PreconditionFailed
        return answer(case=self.case)

    def AcceptCase(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.AcceptCaseResponse)

    def RequestSupplement(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.RequestSupplementResponse)

    def ResubmitCase(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.ResubmitCaseResponse)

    def RefuseCase(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.RefuseCaseResponse)

    def AssignCase(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.AssignCaseResponse)

    def ConsultAgency(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.ConsultAgencyResponse)

    def DecideCase(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.DecideCaseResponse)

    def RequestPayment(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.RequestPaymentResponse)

    def PostponeCase(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.PostponeCaseResponse)

    def StopCase(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.StopCaseResponse)

    def ResumeCase(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.ResumeCaseResponse)

    def ReturnResult(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.ReturnResultResponse)

    def WithdrawCase(self, request: Any, context: Any) -> Any:
        return self.change(request, cases_pb.WithdrawCaseResponse)


class Steps(steps_grpc.StepsServiceServicer):
    """Acts on the one case."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases

    def ForwardCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, steps_pb.ForwardCaseResponse)

    def SendBackCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, steps_pb.SendBackCaseResponse)

    def TransferCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, steps_pb.TransferCaseResponse)

    def VerifyCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, steps_pb.VerifyCaseResponse)


class Retention(retention_grpc.RetentionServiceServicer):
    """Acts on the one case."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases

    def HoldCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, retention_pb.HoldCaseResponse)

    def LiftHold(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, retention_pb.LiftHoldResponse)


class Catalogue(catalogue_grpc.CatalogueServiceServicer):
    """One version of the one procedure; a file is taken unless it is empty, the same one twice is not new."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases
        self.version = catalogue_pb.ProcedureVersion(
            code="3.000347", effective_from="2025-07-01", sha256=b"\x01" * 32, published_by="admin"
        )
        self.published: set[bytes] = set()

    def GetProcedureSchema(self, request: Any, context: Any) -> Any:
        return catalogue_pb.GetProcedureSchemaResponse(schema_json=b'{"title": "Procedure"}')

    def GetProcedureFile(self, request: Any, context: Any) -> Any:
        self.cases.asked.note(request)
        if request.code != "3.000347":
            raise NotFound
        return catalogue_pb.GetProcedureFileResponse(version=self.version, content="code: đúng\n".encode())

    def ListProcedureVersions(self, request: Any, context: Any) -> Any:
        return catalogue_pb.ListProcedureVersionsResponse(versions=[self.version])

    def GetProcedureChanges(self, request: Any, context: Any) -> Any:
        if request.code != "3.000347":
            raise NotFound
        change = catalogue_pb.ProcedureChange(place="/days", vi="Thời hạn: 5 → 4", en="Term: 5 → 4")
        return catalogue_pb.GetProcedureChangesResponse(before="2025-07-01", changes=[change])

    def PublishProcedure(self, request: Any, context: Any) -> Any:
        self.cases.asked.note(request)
        if not request.content.strip():
            raise InvalidInput
        new = request.content not in self.published
        if not request.dry_run:
            self.published.add(request.content)
        remark = catalogue_pb.Remark(severity="warning", rule="hint", place="/days", vi="Xem lại", en="Look again")
        return catalogue_pb.PublishProcedureResponse(version=self.version, remarks=[remark], new=new)

    def WithdrawProcedure(self, request: Any, context: Any) -> Any:
        self.cases.asked.note(request)
        return catalogue_pb.WithdrawProcedureResponse()

    def MoveVersion(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, catalogue_pb.MoveVersionResponse)


class Books(books_grpc.BooksServiceServicer):
    """One field of administration, whose register has a few cases, one of them with every trap for a workbook."""

    def __init__(self, cases: Cases) -> None:
        self.asked = cases.asked

    def ListSectors(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return books_pb.ListSectorsResponse(
            sectors=[books_pb.Sector(code="ho_tich", name_vi="Hộ tịch", name_en="Civil")]
        )

    def OrderBook(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return books_pb.OrderBookResponse(volumes=[books_pb.Volume(paper_id="b1", volume=1, cases=2)])

    def ExportBook(self, request: Any, context: Any) -> Iterator[Any]:
        self.asked.note(request)
        if request.book.sector_code != "ho_tich":
            raise InvalidInput
        yield books_pb.ExportBookResponse(agency_name_vi="UBND phường Bến Thành", sector_name_vi="Hộ tịch")
        yield books_pb.ExportBookResponse(lines=[BOOK_LINE])
        tricky = books_pb.BookLine(no=2, case_ref=SLOW_REF, applicant_name="=1+1 \x0bHồ Thị Đẹp", received_at=WHEN)
        yield books_pb.ExportBookResponse(lines=[tricky])


BOOK_LINE = books_pb.BookLine(
    no=1,
    case_ref=REF,
    procedure_name_vi="Đăng ký khai sinh",
    applicant_name="Nguyễn Thị Lan",
    address="12 Lê Lợi",
    phone="0901234567",
    agency_name="UBND phường Bến Thành",
    received_at="2026-01-05T17:30:00Z",
    due_date="2026-01-12",
    returned_at="2026-01-09T02:00:00Z",
    method="Trực tiếp",
)


class Papers(papers_grpc.PapersServiceServicer):
    """Acts on the one case."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases

    def OrderControlSlip(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, papers_pb.OrderControlSlipResponse)

    def ReissuePaper(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, papers_pb.ReissuePaperResponse)


class Corrections(corrections_grpc.CorrectionsServiceServicer):
    """Acts on the one case, in which the phone number and a photograph were replaced."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases

    def GetSupplementChoices(self, request: Any, context: Any) -> Any:
        choice = corrections_pb.SupplementChoice(value="missing", name_vi="thiếu", name_en="missing")
        return corrections_pb.GetSupplementChoicesResponse(reasons=[choice])

    def GetChanges(self, request: Any, context: Any) -> Any:
        self.cases.asked.note(request)
        old, new = (cases_pb.Attachment(paper="PHOTO", file_id=file_id) for file_id in ("f1", "f2"))
        return corrections_pb.GetChangesResponse(
            since_version=request.since_version or 2,
            version=3,
            fields=[corrections_pb.FieldChange(pointer="/form/phone", old_json=b'"1"', text_en="Phone: “1” → empty")],
            papers=[corrections_pb.PaperChange(paper="PHOTO", old=[old], new=[new])],
            not_given=[corrections_pb.NotGiven(reason="lost")],
        )

    def ProposeSupplement(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, corrections_pb.ProposeSupplementResponse)

    def ApproveSupplement(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, corrections_pb.ApproveSupplementResponse)

    def DeclineSupplement(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, corrections_pb.DeclineSupplementResponse)

    def ReopenCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, corrections_pb.ReopenCaseResponse)


class Identity(identity_grpc.IdentityServiceServicer):
    """One account, one person, one firm."""

    def __init__(self, asked: Asked, keys: dict[str, str]) -> None:
        self.asked = asked
        self.keys = keys

    def LogIn(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        if request.password != "right":
            raise Unauthenticated
        pair = identity_pb.TokenPair(access_token="a.b.c", expires_in=900, refresh_token="r1")
        return identity_pb.LogInResponse(tokens=pair)

    def RefreshSession(self, request: Any, context: Any) -> Any:
        pair = identity_pb.TokenPair(access_token="a.b.d", expires_in=900, refresh_token=request.refresh_token + "+")
        return identity_pb.RefreshSessionResponse(tokens=pair)

    def LogOut(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return identity_pb.LogOutResponse()

    def ListSigningKeys(self, request: Any, context: Any) -> Any:
        keys = [identity_pb.SigningKey(kid=kid, public_key_pem=pem) for kid, pem in self.keys.items()]
        return identity_pb.ListSigningKeysResponse(keys=keys)

    def RotateSigningKey(self, request: Any, context: Any) -> Any:
        return identity_pb.RotateSigningKeyResponse()

    def GetMe(self, request: Any, context: Any) -> Any:
        who = acting.caller()
        account = identity_pb.Account(account_id=who.subject, full_name=who.name, roles=sorted(who.roles))
        return identity_pb.GetMeResponse(account=account)

    def ListLookUps(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        line = identity_pb.LookUp(look_up_id="l1", actor="clerk", fields=["full_name"])
        return identity_pb.ListLookUpsResponse(look_ups=[line])

    def VerifyPerson(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return identity_pb.VerifyPersonResponse(
            found=True,
            matches=[identity_pb.FieldMatch(field="full_name", matches=False)],
            warnings=[identity_pb.Warning(code="unknown-province", message_vi="Tỉnh lạ", message_en="Odd province")],
        )

    def LookUpPerson(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return identity_pb.LookUpPersonResponse(person=identity_pb.Person(full_name="Nguyễn Thị Lan"))

    def LookUpFirm(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return identity_pb.LookUpFirmResponse(firm=identity_pb.Firm(tax_code=request.tax_code, name="Công ty A"))

    def Prefill(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        held = {"full_name": "Nguyễn Thị Lan", "personal_number": "079301000019"}
        values = {one.form_field: held[one.register_field] for one in request.fields if one.register_field in held}
        papers = [
            identity_pb.ConfirmedPaper(paper=one.paper, register=one.register, number="7") for one in request.papers
        ]
        return identity_pb.PrefillResponse(values=values, papers=papers, receipt="a.receipt")


class Store(store_grpc.StoreServiceServicer):
    """One paper in everybody's store, which a case has used; there is no other."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.consent = store_pb.ReuseConsent(consent_id="k1", case_ref=REF, given_at=WHEN)
        self.paper = store_pb.StoredPaper(
            stored_paper_id="s1",
            paper_code="giay_phep_lai_xe",
            name_vi="Giấy phép lái xe",
            stored_at=WHEN,
            sha256=b"\xcd" * 32,
            consents=[self.consent],
        )

    def ListStoredPapers(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return store_pb.ListStoredPapersResponse(papers=[self.paper])

    def KeepPaper(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return store_pb.KeepPaperResponse(paper=self.paper)

    def DeleteStoredPaper(self, request: Any, context: Any) -> Any:
        self._check(request.stored_paper_id, "s1")
        return store_pb.DeleteStoredPaperResponse()

    def WithdrawConsent(self, request: Any, context: Any) -> Any:
        self._check(request.consent_id, "k1")
        return store_pb.WithdrawConsentResponse(consent=self.consent, access_closed=True)

    def ListPaperAccesses(self, request: Any, context: Any) -> Any:
        self._check(request.stored_paper_id, "s1")
        access = store_pb.PaperAccess(at=WHEN, actor_name="Lê Minh Đức", agencies=["G01.029.00"], kind="read")
        return store_pb.ListPaperAccessesResponse(accesses=[access])

    @staticmethod
    def _check(asked: str, held: str) -> None:
        if asked != held:
            raise NotFound


class Documents(documents_grpc.DocumentsServiceServicer):
    """Files in memory; an executable is refused at its first chunk."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.contents: dict[str, bytes] = {}
        self.names: dict[str, str] = {}
        self.largest_chunk = 0
        self.seen = 0

    def UploadFile(self, requests: Iterator[Any], context: Any) -> Any:
        header = next(requests).header
        self.asked.note(header)
        digest, self.seen = hashlib.sha256(), 0
        kept, whole = [], False
        for message in requests:
            whole = message.HasField("end")
            if message.chunk.startswith(b"MZ"):
                raise InvalidInput
            self.largest_chunk = max(self.largest_chunk, len(message.chunk))
            self.seen += len(message.chunk)
            digest.update(message.chunk)
            kept.append(message.chunk if self.seen < 2**20 else b"")
        if not whole:
            raise InvalidInput
        file_id = f"f{len(self.contents) + 1}"
        self.contents[file_id], self.names[file_id] = b"".join(kept), header.file_name
        facts = documents_pb.File(file_id=file_id, file_name=header.file_name, size=self.seen, sha256=digest.digest())
        facts.state = documents_pb.FileState.FILE_STATE_QUARANTINED
        return documents_pb.UploadFileResponse(file=facts)

    def _facts(self, file_id: str) -> documents_pb.File:
        if file_id not in self.contents:
            raise NotFound
        content = self.contents[file_id]
        return documents_pb.File(
            file_id=file_id,
            file_name=self.names[file_id],
            media_type="application/pdf",
            size=len(content),
            sha256=hashlib.sha256(content).digest(),
            state=documents_pb.FileState.FILE_STATE_CLEAN,
        )

    def DescribeFiles(self, request: Any, context: Any) -> Any:
        return documents_pb.DescribeFilesResponse(files=[self._facts(file_id) for file_id in request.file_ids])

    def DownloadFile(self, request: Any, context: Any) -> Iterator[Any]:
        self.asked.note(request)
        yield documents_pb.DownloadFileResponse(file=self._facts(request.file_id))
        end = request.offset + request.length if request.length else None
        part = self.contents[request.file_id][request.offset : end]
        for start in range(0, len(part), 7):
            yield documents_pb.DownloadFileResponse(chunk=part[start : start + 7])

    def ListPapers(self, request: Any, context: Any) -> Any:
        return documents_pb.ListPapersResponse(papers=[PAPER, NEWER_PAPER])

    def ListBooks(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return documents_pb.ListBooksResponse(papers=[PAPER])

    def CheckPaper(self, request: Any, context: Any) -> Any:
        for paper in (PAPER, NEWER_PAPER):
            if paper.paper_id == request.paper_id:
                return documents_pb.CheckPaperResponse(paper=paper, sealed_by="Công an TP. Hồ Chí Minh")
        raise NotFound


PAPER = documents_pb.Paper(
    paper_id="p1",
    case_ref=REF,
    form="01",
    number="12/TTPVHCC",
    title_vi="Giấy tiếp nhận hồ sơ <b>",
    title_en="Receipt",
    file_id="secret-file",
    sha256=b"\xcd" * 32,
    issued_at=WHEN,
    family="tt03-2025",
    replaced_by_paper_id="p2",
    replaced_by_number="13/TTPVHCC",
    replaced_at="2026-01-06T01:00:00Z",
)
NEWER_PAPER = documents_pb.Paper(
    paper_id="p2",
    case_ref=REF,
    form="01",
    number="13/TTPVHCC",
    issued_at="2026-01-06T01:00:00Z",
    family="tt03-2025",
    replaces_paper_id="p1",
    reissue_reason="Sai số điện thoại",
)


class Payments(payments_grpc.PaymentsServiceServicer):
    """One fee, open."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.dues = payments_pb.Dues(
            case_ref=REF,
            items=[payments_pb.DueItem(code="FEE", name_vi="Lệ phí", name_en="Fee", amount=115000)],
            total=115000,
            state=payments_pb.DueState.DUE_STATE_OPEN,
            payments=[payments_pb.Payment(payment_id="p1", method="vnpay", state="started", amount=115000)],
        )

    def GetDues(self, request: Any, context: Any) -> Any:
        return payments_pb.GetDuesResponse(dues=self.dues)

    def StartPayment(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return payments_pb.StartPaymentResponse(payment_id="p1", pay_url="https://pay.example.test/?x=1")

    def RecordCash(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return payments_pb.RecordCashResponse(dues=self.dues)

    def RecordRefund(self, request: Any, context: Any) -> Any:
        return payments_pb.RecordRefundResponse(dues=self.dues)

    def TakeNotice(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return payments_pb.TakeNoticeResponse(media_type="application/json", body=b'{"RspCode":"00"}')

    def ReadReturn(self, request: Any, context: Any) -> Any:
        return payments_pb.ReadReturnResponse(case_ref=REF, outcome="success")


class Exchange(exchange_grpc.ExchangeServiceServicer):
    """One message."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.taken: set[bytes] = set()

    def ListMessages(self, request: Any, context: Any) -> Any:
        line = exchange_pb.Message(message_id="m1", direction="out", sha256=b"\x02" * 32)
        return exchange_pb.ListMessagesResponse(messages=[line])

    def GetEnvelope(self, request: Any, context: Any) -> Any:
        return exchange_pb.GetEnvelopeResponse(envelope=b"<edXML/>")

    def ReceiveEnvelope(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        duplicate = request.envelope in self.taken
        self.taken.add(request.envelope)
        return exchange_pb.ReceiveEnvelopeResponse(message_id="m2", duplicate=duplicate)
