"""Identity over real gRPC, as the gateway calls it."""

from dataclasses import replace
from typing import Any

import pytest
from onestop.common.v1.register_pb2 import REGISTER_ANSWER_MATCH, REGISTER_ANSWER_MISMATCH
from onestop.common.v1.role_pb2 import ROLE_CLERK, WORKER_ROLE_OFFICER
from onestop.identity.v1 import accounts_service_pb2 as accounts_pb
from onestop.identity.v1 import identity_service_pb2 as pb
from onestop.identity.v1 import registers_service_pb2 as registers_pb

from services.common import limits
from services.common.access import PUBLIC
from services.common.declared import access_of, service_of
from services.common.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PermissionDenied,
    RateLimited,
    SessionEnded,
    Unauthenticated,
    Unavailable,
)
from services.common.tokens import verifier_of_identity
from services.identity.conftest import Client, Sandbox
from services.identity.rpc import SERVICES

LAN, HUNG = "079301000019", "001090000001"
PURPOSE = pb.Purpose(text="kiểm tra người nộp", case_reference="H29.001.00-261102-0001")
COLLEAGUES = ("GetColleague", "ListColleagues")
METHODS = {
    method.name: method
    for file in (pb.DESCRIPTOR, registers_pb.DESCRIPTOR, accounts_pb.DESCRIPTOR)
    for service in file.services_by_name.values()
    for method in service.methods
}
ACCESS = access_of(*map(service_of, SERVICES))
_KEEPERS = {method.name for method in accounts_pb.DESCRIPTOR.services_by_name["AccountsService"].methods} - {
    "SetPassword",
    "ChangePassword",
}
_OTHERS = {"PrefillAtCounter", "RequestLookUp", "ListLookUpRequests", "ConfirmLookUp", "LookUpPersonWithoutCase"}
_ASKS = {"VerifyPerson", "LookUpPerson", "LookUpFirm"}
_CONFIRMS = {"ListLookUpRequests", "ConfirmLookUp"}


def request_of(rpc: str, **fields: Any) -> Any:
    name = METHODS[rpc].input_type.name
    module = next(each for each in (pb, registers_pb, accounts_pb) if hasattr(each, name))
    return getattr(module, name)(**fields)


def test_five_rpcs_are_open_to_all() -> None:
    assert {method.containing_service.full_name for method in METHODS.values()} == set(SERVICES)
    assert {rpc for rpc, rule in ACCESS.items() if rule == PUBLIC} == {
        "LogIn",
        "RefreshSession",
        "ListSigningKeys",
        "ListEndedSessions",
        "CheckWorkers",
        "SetPassword",
    }


@pytest.mark.parametrize("rpc", sorted(rpc for rpc in METHODS if ACCESS[rpc] != PUBLIC))
def test_nobody_and_an_altered_token_are_turned_away(client: Client, rpc: str) -> None:
    lan = client.verifier.verify(client.log_in("lan").access_token)

    for who in (None, replace(lan, token=lan.token[:-4] + "AAAA"), replace(lan, token="x")):
        with pytest.raises(Unauthenticated):
            client.call(who, rpc, request_of(rpc))


@pytest.mark.parametrize(
    ("username", "denied"),
    [
        ("lan", {"RotateSigningKey", *_KEEPERS, *COLLEAGUES, "LookUpPerson", "LookUpFirm", *_OTHERS}),
        ("clerk", {"RotateSigningKey", *_KEEPERS, "Prefill", "RepresentFirm", *_OTHERS} - {"PrefillAtCounter"}),
        ("officer", {"RotateSigningKey", *_KEEPERS, "Prefill", "RepresentFirm", *_OTHERS}),
        ("leader", {"RotateSigningKey", *_KEEPERS, "Prefill", "RepresentFirm", *_ASKS, *_OTHERS} - _CONFIRMS),
        (
            "inspector",
            {"RotateSigningKey", *_KEEPERS, *COLLEAGUES, "Prefill", "RepresentFirm", *_ASKS, "PrefillAtCounter"},
        ),
        ("admin", {*COLLEAGUES, "Prefill", "RepresentFirm", *_ASKS, *_OTHERS}),
        ("agency", {"RotateSigningKey", *_KEEPERS, *COLLEAGUES, "Prefill", "RepresentFirm", *_ASKS, *_OTHERS}),
    ],
)
def test_each_role_may_call_only_its_own(client: Client, username: str, denied: set[str]) -> None:
    who = client.verifier.verify(client.log_in(username).access_token)

    refused = set()
    for rpc in METHODS.keys() - {"LogOut"}:
        try:
            client.call(who, rpc, request_of(rpc))
        except PermissionDenied as error:
            if error.code == "permission-denied":
                refused.add(rpc)
        except (InvalidInput, NotFound, Unauthenticated):
            continue  # let in, and told what its empty request lacks

    assert refused == denied


def test_a_session_from_log_in_to_log_out(client: Client) -> None:
    pair = client.log_in("clerk")
    assert pair.expires_in == 900
    clerk = client.verifier.verify(pair.access_token)

    me = client.call(clerk, "GetMe", pb.GetMeRequest()).account
    assert (me.username, me.full_name, list(me.roles)) == ("clerk", "Phạm Thị Mai", [ROLE_CLERK])
    assert list(me.agencies) == ["G01.029.00", "H29"]

    renewed = client.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=pair.refresh_token)).tokens
    assert client.verifier.verify(renewed.access_token).session == clerk.session

    client.call(clerk, "LogOut", pb.LogOutRequest())
    with pytest.raises(Unauthenticated) as error:
        client.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=renewed.refresh_token))
    assert error.value.code == "session-ended"
    with pytest.raises(Unauthenticated):
        client.call(clerk, "GetMe", pb.GetMeRequest())


def test_a_lost_phone_is_listed_and_logged_out(client: Client) -> None:
    here, phone = (client.verifier.verify(client.log_in("lan").access_token) for _ in range(2))

    listed = client.call(here, "ListSessions", pb.ListSessionsRequest()).sessions
    assert {each.session_id for each in listed} == {here.session, phone.session}
    assert [each.session_id for each in listed if each.current] == [here.session]

    client.call(here, "EndSession", pb.EndSessionRequest(session_id=phone.session))

    elsewhere = verifier_of_identity(client.channel)  # of a process that starts now
    assert elsewhere.verify(here.token).session == here.session
    with pytest.raises(SessionEnded):
        elsewhere.verify(phone.token)


def test_wrong_passwords_and_too_many_of_them(client: Client) -> None:
    for _ in range(limits.LOG_INS_OF_ACCOUNT_AND_ADDRESS.free):
        with pytest.raises(Unauthenticated) as error:
            client.log_in("hung", "wrong")
        assert error.value.code == "bad-credentials"

    with pytest.raises(RateLimited) as limited:
        client.log_in("hung")
    assert limited.value.retry_after > 0


def test_the_listed_keys_verify_tokens_across_a_rotation(client: Client) -> None:
    token = client.log_in("lan").access_token
    (before,) = client.stub.ListSigningKeys(pb.ListSigningKeysRequest()).keys

    rotation = client.call("admin", "RotateSigningKey", pb.RotateSigningKeyRequest())

    assert (rotation.signing_kid, rotation.next_kid != "") == (before.kid, True)
    listed = [key.kid for key in client.stub.ListSigningKeys(pb.ListSigningKeysRequest()).keys]
    assert listed == [before.kid, rotation.next_kid]
    assert client.verifier.verify(token).name == "Nguyễn Thị Lan"
    with pytest.raises(Conflict) as error:
        client.call("admin", "RotateSigningKey", pb.RotateSigningKeyRequest())
    assert 0 < error.value.retry_after <= limits.SIGNING_KEYS_LIFE.total_seconds() + 1


def test_a_clerk_verifies_and_looks_up_for_a_case(client: Client) -> None:
    verified = client.call(
        "clerk",
        "VerifyPerson",
        pb.VerifyPersonRequest(
            personal_number=LAN, full_name="Nguyễn Thị Lan", birth_date="2000-05-20", purpose=PURPOSE
        ),
    )
    assert verified.answer == REGISTER_ANSWER_MISMATCH
    assert dict(verified.facts) == {"full_name": REGISTER_ANSWER_MATCH, "birth_date": REGISTER_ANSWER_MISMATCH}
    assert [(w.code, bool(w.message.vi and w.message.en)) for w in verified.warnings] == [
        ("birth-year-disagrees", True)
    ]

    person = client.call(
        "clerk",
        "LookUpPerson",
        pb.LookUpPersonRequest(
            personal_number=LAN,
            fields=[pb.PERSON_FIELD_FULL_NAME, pb.PERSON_FIELD_PERMANENT_RESIDENCE],
            purpose=PURPOSE,
        ),
    ).person
    assert {field.name for field, _ in person.ListFields()} == {"full_name", "permanent_residence"}

    firm = client.call("clerk", "LookUpFirm", pb.LookUpFirmRequest(tax_code="0100112437", purpose=PURPOSE)).firm
    assert firm.name == "Ngân hàng TMCP Sao Việt"


def test_a_citizen_prefills_and_then_sees_the_look_up(client: Client) -> None:
    lan = client.verifier.verify(client.log_in("lan").access_token)
    fields = [
        pb.PrefillField(form_field="ho_ten", register_field="full_name"),
        pb.PrefillField(form_field="ngay_sinh", register_field="birth_date"),
    ]

    filled = client.call(lan, "Prefill", pb.PrefillRequest(fields=fields, purpose=PURPOSE))
    assert dict(filled.values) == {"ho_ten": "Nguyễn Thị Lan", "ngay_sinh": "2001-05-20"}

    (entry,) = client.call(lan, "ListLookUps", pb.ListLookUpsRequest()).look_ups
    assert (entry.operation, entry.register) == (pb.LOOK_UP_OPERATION_PREFILL, "population")
    assert entry.answer == REGISTER_ANSWER_MATCH
    assert (entry.subject_masked, list(entry.fields)) == ("0793******19", ["full_name", "birth_date"])
    assert (entry.purpose, entry.legal_basis) == (PURPOSE.text, "Nghị định 118/2025/NĐ-CP")
    assert entry.HasField("at")


@pytest.mark.parametrize(
    ("rpc", "fields", "pointers"),
    [
        ("VerifyPerson", {"personal_number": LAN}, ["/purpose/text", "/purpose/case_reference"]),
        ("VerifyPerson", {"personal_number": "12", "purpose": PURPOSE}, ["/personal_number"]),
        ("LookUpPerson", {"personal_number": LAN, "purpose": PURPOSE}, ["/fields"]),
        (
            "LookUpPerson",
            {"personal_number": LAN, "fields": [pb.PERSON_FIELD_SEX]},
            ["/purpose/text", "/purpose/case_reference"],
        ),
        ("LookUpFirm", {"tax_code": "0100233480", "purpose": PURPOSE}, ["/tax_code"]),
    ],
)
def test_wrong_input_is_told_field_by_field(
    client: Client, rpc: str, fields: dict[str, Any], pointers: list[str]
) -> None:
    with pytest.raises(InvalidInput) as error:
        client.call("clerk", rpc, request_of(rpc, **fields))

    assert [field.pointer for field in error.value.fields] == pointers


def test_what_the_registers_say_or_fail_to_say_reaches_the_caller(client: Client, sandbox: Sandbox) -> None:
    def look_up(number: str) -> Any:
        request = pb.LookUpPersonRequest(personal_number=number, fields=[pb.PERSON_FIELD_SEX], purpose=PURPOSE)
        return client.call("clerk", "LookUpPerson", request)

    with pytest.raises(NotFound) as unknown:
        look_up("790090000099")
    assert unknown.value.code == "not-in-register"
    sandbox.order(times=limits.REGISTER_ATTEMPTS, status=503)
    with pytest.raises(Unavailable) as down:
        look_up(LAN)
    assert (down.value.code, down.value.retry_after) == ("register-unavailable", 5)
    with pytest.raises(PermissionDenied) as other:
        client.call("lan", "VerifyPerson", pb.VerifyPersonRequest(personal_number=HUNG, purpose=PURPOSE))
    assert other.value.code == "only-oneself"


def test_workers_of_the_same_agencies_know_each_other_by_account(client: Client) -> None:
    account = {name: client.verifier.verify(client.log_in(name).access_token).subject for name in ("officer", "lan")}
    found = client.call("leader", "GetColleague", pb.GetColleagueRequest(account_id=account["officer"])).colleague
    assert (found.full_name, list(found.roles), list(found.agencies)) == (
        "Lê Minh Đức",
        [WORKER_ROLE_OFFICER],
        ["G01.029.00"],
    )
    for who, asked in (("ward.officer", account["officer"]), ("leader", account["lan"]), ("leader", "nobody")):
        with pytest.raises(NotFound) as unknown:
            client.call(who, "GetColleague", pb.GetColleagueRequest(account_id=asked))
        assert unknown.value.code == "colleague-not-found"
