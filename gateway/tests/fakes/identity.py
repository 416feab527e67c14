"""An IdentityService with one account."""

from datetime import UTC, datetime
from typing import Any

from onestop.common.v1.register_pb2 import (
    REGISTER_ANSWER_MATCH,
    REGISTER_ANSWER_MISMATCH,
    REGISTER_ANSWER_NO_DATA,
)
from onestop.common.v1.role_pb2 import WORKER_ROLE_CLERK, Role
from onestop.common.v1.text_pb2 import Text
from onestop.identity.v1 import identity_service_pb2 as pb
from onestop.identity.v1 import identity_service_pb2_grpc as grpc

from gateway.tests.fakes.common import Asked
from services.common import context as acting
from services.common.channels import client_address
from services.common.errors import Unauthenticated
from services.common.moments import timestamp


class Identity(grpc.IdentityServiceServicer):
    """One account, one person, one firm."""

    def __init__(self, asked: Asked, keys: dict[str, str]) -> None:
        self.asked = asked
        self.keys = keys

    def LogIn(self, request: Any, context: Any) -> Any:
        self.asked.note(request, client_address(context))
        if request.password != "right":
            raise Unauthenticated
        pair = pb.TokenPair(access_token="a.b.c", token_type="Bearer", expires_in=900, refresh_token="r1")
        return pb.LogInResponse(tokens=pair)

    def RefreshSession(self, request: Any, context: Any) -> Any:
        pair = pb.TokenPair(
            access_token="a.b.d", token_type="Bearer", expires_in=900, refresh_token=request.refresh_token + "+"
        )
        return pb.RefreshSessionResponse(tokens=pair)

    def LogOut(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.LogOutResponse()

    def ListEndedSessions(self, request: Any, context: Any) -> Any:
        return pb.ListEndedSessionsResponse(as_of=timestamp(datetime.now(UTC)))

    def ListSessions(self, request: Any, context: Any) -> Any:
        here = pb.Session(session_id=acting.caller().session, device="Firefox", current=True)
        return pb.ListSessionsResponse(sessions=[here])

    def EndSession(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.EndSessionResponse()

    def EndOtherSessions(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.EndOtherSessionsResponse(ended=2)

    def ListSigningKeys(self, request: Any, context: Any) -> Any:
        keys = [pb.SigningKey(kid=kid, public_key_pem=pem) for kid, pem in self.keys.items()]
        return pb.ListSigningKeysResponse(keys=keys)

    def RotateSigningKey(self, request: Any, context: Any) -> Any:
        return pb.RotateSigningKeyResponse()

    def GetMe(self, request: Any, context: Any) -> Any:
        who = acting.caller()
        account = pb.Account(
            account_id=who.subject,
            full_name=who.name,
            roles=[Role.Value(f"ROLE_{role.upper()}") for role in sorted(who.roles)],
        )
        return pb.GetMeResponse(account=account)

    def GetColleague(self, request: Any, context: Any) -> Any:
        return pb.GetColleagueResponse(colleague=pb.Colleague(account_id=request.account_id))

    def ListColleagues(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        mai = pb.Colleague(account_id="mai", full_name="Phạm Thị Mai", roles=[WORKER_ROLE_CLERK], agencies=["H29"])
        return pb.ListColleaguesResponse(colleagues=[mai])

    def CheckWorkers(self, request: Any, context: Any) -> Any:
        return pb.CheckWorkersResponse(account_ids=request.account_ids)

    def ListLookUps(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        line = pb.LookUp(look_up_id="l1", actor="clerk", fields=["full_name"])
        return pb.ListLookUpsResponse(look_ups=[line])

    def VerifyPerson(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.VerifyPersonResponse(
            answer=REGISTER_ANSWER_MISMATCH,
            facts={"full_name": REGISTER_ANSWER_MISMATCH, "sex": REGISTER_ANSWER_NO_DATA},
            warnings=[pb.Warning(code="unknown-province", message=Text(vi="Tỉnh lạ", en="Odd province"))],
        )

    def LookUpPerson(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.LookUpPersonResponse(person=pb.Person(full_name="Nguyễn Thị Lan"))

    def LookUpFirm(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.LookUpFirmResponse(firm=pb.Firm(tax_code=request.tax_code, name="Công ty A"))

    def RepresentFirm(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.RepresentFirmResponse(firm=pb.Firm(tax_code=request.tax_code, status="active"))

    def Prefill(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        held = {"full_name": "Nguyễn Thị Lan", "personal_number": "079301000019"}
        values = {one.form_field: held[one.register_field] for one in request.fields if one.register_field in held}
        papers = [pb.ConfirmedPaper(paper=one.paper, register=one.register, number="7") for one in request.papers]
        named = request.firm == "0314409058"
        firm = pb.Firm(tax_code=request.firm, name="Công ty A", address="1 Lê Lợi") if named else None
        answers = [
            pb.PaperAnswer(paper=one.paper, register=one.register, answer=REGISTER_ANSWER_MATCH)
            for one in request.papers
        ]
        return pb.PrefillResponse(
            values=values,
            papers=papers,
            receipt="a.receipt",
            firm=firm,
            answers=answers,
            representation=REGISTER_ANSWER_MATCH if named else REGISTER_ANSWER_MISMATCH,
        )
