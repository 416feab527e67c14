"""IdentityService over gRPC."""

from datetime import UTC, datetime

import grpc
from onestop.identity.v1 import identity_service_pb2 as pb
from onestop.identity.v1 import identity_service_pb2_grpc
from onestop.identity.v1.identity_service_pb2_grpc import add_IdentityServiceServicer_to_server as add_to_server

from services.common import limits
from services.common.access import (
    ADMINISTRATOR,
    AUTHENTICATED,
    CITIZEN,
    CLERK,
    OFFICER,
    PUBLIC,
    WORKERS,
    AccessTable,
    roles,
)
from services.common.channels import client_address
from services.common.context import caller
from services.identity.domain.accounts import Account
from services.identity.domain.look_ups import LookUp, Purpose, declared_facts
from services.identity.passwords import Passwords
from services.identity.registers import Firm, PaperEntry
from services.identity.usecases import colleagues, log_ins, look_ups, prefilling, sessions, signing
from services.identity.usecases.look_ups import Desk
from services.identity.usecases.prefilling import Wanted
from services.identity.usecases.sessions import Tokens

__all__ = ["ACCESS", "SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.identity.v1.IdentityService"

ACCESS: AccessTable = {
    "LogIn": PUBLIC,
    "RefreshSession": PUBLIC,
    "LogOut": AUTHENTICATED,
    "ListSigningKeys": PUBLIC,
    "RotateSigningKey": roles(ADMINISTRATOR),
    "GetMe": AUTHENTICATED,
    "GetColleague": roles(*WORKERS),
    "ListColleagues": roles(*WORKERS),
    "CheckWorkers": PUBLIC,  # between services; of an account id it says no more than that a worker has it
    "VerifyPerson": roles(CITIZEN, CLERK, OFFICER),
    "LookUpPerson": roles(CLERK, OFFICER),
    "LookUpFirm": roles(CLERK, OFFICER),
    "Prefill": roles(CITIZEN),
    "ListLookUps": AUTHENTICATED,
}

_EXPIRES_IN = int(limits.ACCESS_TOKEN_LIFE.total_seconds())


class Servicer(identity_service_pb2_grpc.IdentityServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, desk: Desk, passwords: Passwords) -> None:
        self._desk = desk
        self._database = desk.database
        self._vault = desk.vault
        self._passwords = passwords

    def LogIn(self, request: pb.LogInRequest, context: grpc.ServicerContext) -> pb.LogInResponse:
        tokens = log_ins.log_in(
            self._database,
            self._passwords,
            self._vault,
            username=request.username,
            password=request.password,
            now=_now(),
            address=client_address(context),
        )
        return pb.LogInResponse(tokens=_pair(tokens))

    def RefreshSession(
        self, request: pb.RefreshSessionRequest, context: grpc.ServicerContext
    ) -> pb.RefreshSessionResponse:
        tokens = sessions.refresh_session(self._database, self._vault, refresh_token=request.refresh_token, now=_now())
        return pb.RefreshSessionResponse(tokens=_pair(tokens))

    def LogOut(self, request: pb.LogOutRequest, context: grpc.ServicerContext) -> pb.LogOutResponse:
        sessions.log_out(self._database, caller(), _now())
        return pb.LogOutResponse()

    def ListSigningKeys(
        self, request: pb.ListSigningKeysRequest, context: grpc.ServicerContext
    ) -> pb.ListSigningKeysResponse:
        keys = signing.list_signing_keys(self._database, self._vault, _now())
        return pb.ListSigningKeysResponse(
            keys=[pb.SigningKey(kid=kid, public_key_pem=pem) for kid, pem in keys.items()]
        )

    def RotateSigningKey(
        self, request: pb.RotateSigningKeyRequest, context: grpc.ServicerContext
    ) -> pb.RotateSigningKeyResponse:
        rotation = signing.rotate_signing_key(self._database, self._vault, _now())
        return pb.RotateSigningKeyResponse(signing_kid=rotation.signing_kid, next_kid=rotation.next_kid)

    def GetMe(self, request: pb.GetMeRequest, context: grpc.ServicerContext) -> pb.GetMeResponse:
        account = sessions.get_me(self._database, caller(), _now())
        return pb.GetMeResponse(
            account=pb.Account(
                account_id=account.account_id,
                username=account.username,
                full_name=account.full_name,
                roles=account.roles,
                agencies=account.agencies,
                personal_number=account.personal_number,
                assurance_level=account.assurance_level,
            )
        )

    def GetColleague(self, request: pb.GetColleagueRequest, context: grpc.ServicerContext) -> pb.GetColleagueResponse:
        return pb.GetColleagueResponse(
            colleague=_colleague(colleagues.get_colleague(self._database, caller(), request.account_id))
        )

    def ListColleagues(
        self, request: pb.ListColleaguesRequest, context: grpc.ServicerContext
    ) -> pb.ListColleaguesResponse:
        found = colleagues.list_colleagues(self._database, caller(), request.role)
        return pb.ListColleaguesResponse(colleagues=map(_colleague, found))

    def CheckWorkers(self, request: pb.CheckWorkersRequest, context: grpc.ServicerContext) -> pb.CheckWorkersResponse:
        asked = request.account_ids[: limits.WORKERS_ASKED]
        return pb.CheckWorkersResponse(account_ids=sorted(colleagues.known_workers(self._database, asked)))

    def VerifyPerson(self, request: pb.VerifyPersonRequest, context: grpc.ServicerContext) -> pb.VerifyPersonResponse:
        verified = look_ups.verify_person(
            self._desk,
            caller(),
            number=request.personal_number,
            declared=declared_facts(request.full_name, request.birth_date, request.sex),
            purpose=_purpose(request.purpose),
            now=_now(),
        )
        return pb.VerifyPersonResponse(
            found=verified.verification.found,
            matches=[
                pb.FieldMatch(field=name, matches=agrees) for name, agrees in verified.verification.matches.items()
            ],
            warnings=[
                pb.Warning(code=doubt.code, message_vi=doubt.vi, message_en=doubt.en) for doubt in verified.doubts
            ],
        )

    def LookUpPerson(self, request: pb.LookUpPersonRequest, context: grpc.ServicerContext) -> pb.LookUpPersonResponse:
        person = look_ups.look_up_person(
            self._desk,
            caller(),
            number=request.personal_number,
            fields=request.fields,
            purpose=_purpose(request.purpose),
            now=_now(),
        )
        return pb.LookUpPersonResponse(person=pb.Person(**person))

    def LookUpFirm(self, request: pb.LookUpFirmRequest, context: grpc.ServicerContext) -> pb.LookUpFirmResponse:
        firm = look_ups.look_up_firm(
            self._desk, caller(), tax_code=request.tax_code, purpose=_purpose(request.purpose), now=_now()
        )
        return pb.LookUpFirmResponse(firm=_firm(firm))

    def Prefill(self, request: pb.PrefillRequest, context: grpc.ServicerContext) -> pb.PrefillResponse:
        wanted = Wanted(
            request.procedure_code,
            {field.form_field: field.register_field for field in request.fields},
            {paper.paper: paper.register for paper in request.papers},
            request.firm_tax_code,
        )
        filled = prefilling.prefill_form(self._desk, caller(), wanted, _purpose(request.purpose), _now())
        papers = [_confirmed(code, wanted.papers[code], entry) for code, entry in filled.papers.items()]
        firm = _firm(filled.firm) if filled.firm else None
        return pb.PrefillResponse(values=filled.values, papers=papers, receipt=filled.receipt, firm=firm)

    def ListLookUps(self, request: pb.ListLookUpsRequest, context: grpc.ServicerContext) -> pb.ListLookUpsResponse:
        page, next_token = look_ups.list_look_ups(
            self._desk, caller(), page_token=request.page_token, page_size=request.page_size
        )
        return pb.ListLookUpsResponse(look_ups=[_look_up(entry) for entry in page], next_page_token=next_token)


def _colleague(account: Account) -> pb.Colleague:
    return pb.Colleague(
        account_id=account.account_id,
        full_name=account.full_name,
        roles=[role for role in account.roles if role in WORKERS],
        agencies=account.agencies,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _pair(tokens: Tokens) -> pb.TokenPair:
    return pb.TokenPair(access_token=tokens.access_token, expires_in=_EXPIRES_IN, refresh_token=tokens.refresh_token)


def _purpose(purpose: pb.Purpose) -> Purpose:
    return Purpose.stated(purpose.text, purpose.case_reference, purpose.legal_basis)


def _firm(firm: Firm) -> pb.Firm:
    return pb.Firm(
        tax_code=firm.tax_code,
        name=firm.name,
        address=firm.address,
        representative=firm.representative,
        status=firm.status,
    )


def _confirmed(code: str, register: str, entry: PaperEntry) -> pb.ConfirmedPaper:
    return pb.ConfirmedPaper(
        paper=code,
        register=register,
        number=entry.number,
        issuer=entry.issuer,
        issued_on=entry.issued_on.isoformat() if entry.issued_on else "",
        expires_on=entry.expires_on.isoformat() if entry.expires_on else "",
    )


def _look_up(entry: LookUp) -> pb.LookUp:
    return pb.LookUp(
        look_up_id=entry.look_up_id,
        at=entry.at.isoformat(),
        register=entry.register,
        operation=entry.operation,
        actor=entry.actor,
        subject_masked=entry.subject_masked,
        purpose=pb.Purpose(
            text=entry.purpose.text,
            case_reference=entry.purpose.case_reference,
            legal_basis=entry.purpose.legal_basis,
        ),
        outcome=entry.outcome,
        fields=entry.fields,
    )
