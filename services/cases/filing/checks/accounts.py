"""Holds an application against the account that sends it: online nobody files in another's name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.cases.core.domain.case import Case
from services.cases.core.domain.filer import Filer, Standing
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Channel
from services.cases.filing.checks.people import of_a_person
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput, pointer
from services.common.outside import bare_number
from services.contracts import personal
from services.contracts.application import FILED_BY_ACCOUNT, Application
from services.contracts.draft import ApplicationDraft
from services.contracts.receipts import Receipt

_CODES = frozenset({"not-the-account", "another-person"})


class InAnothersName(InvalidInput):
    """Some of what is wrong is that the account is not that of whom the application is for."""

    security_event = "anothers_name_refused"


_ANOTHER_PERSON = FieldError(
    "/applicant/identifier",
    "not-the-account",
    "Khi nộp trực tuyến, người đứng tên hồ sơ phải là chủ tài khoản đang đăng nhập. Nếu nộp cho người khác, hãy ghi "
    "mình là người được ủy quyền và kèm giấy ủy quyền, hoặc nộp tại Bộ phận Một cửa.",
    "Online, the applicant is the person whose account is logged in. To file for somebody else, name yourself as "
    "their proxy and attach the authorisation, or file at the counter.",
)
_ANOTHER_PROXY = FieldError(
    "/proxy/identifier",
    "not-the-account",
    "Khi nộp trực tuyến, người được ủy quyền nộp bằng tài khoản định danh của chính mình. Hãy đăng nhập bằng tài khoản "
    "đó, hoặc nộp tại Bộ phận Một cửa.",
    "Online, a proxy files with an account of their own number. Log in with it, or file at the counter.",
)
_ANOTHER_NUMBER_VI = (
    "Số định danh này không phải của người đứng tên hồ sơ. Hãy ghi số của người đứng tên; nếu nộp cho người khác thì "
    "ghi người đó là người đứng tên và nộp theo ủy quyền, hoặc nộp tại Bộ phận Một cửa."
)
_ANOTHER_NUMBER_EN = (
    "This personal number is not the applicant's. Give the applicant's own; to file for somebody else, name them as "
    "the applicant and file as their proxy, or file at the counter."
)


def errors(application: Application, procedure: Procedure, who: Caller, channel: Channel) -> list[FieldError]:
    """Lists what is wrong about the account: online it is the applicant's own or the named proxy's, and the form is
    about that applicant.

    A malformed number belongs to nobody: `people` reports it, so that a mistyped number is not taken for another
    person's.
    """
    if any(not personal.names_a_person(number) for number in _numbers_of_people(application)):
        return []
    if channel in FILED_BY_ACCOUNT and not _files_for_themselves(application, who):
        return [_ANOTHER_PERSON if application.proxy is None else _ANOTHER_PROXY]
    return list(form_errors(application.form, procedure, _number_on_form(application, who, channel)))


def refusal(fields: Sequence[FieldError]) -> InvalidInput:
    """Makes the error that names these fields; the security log hears of what is asked in another's name."""
    kind = InvalidInput if _CODES.isdisjoint(field.code for field in fields) else InAnothersName
    return kind(fields=fields)


def draft_errors(draft: ApplicationDraft, procedure: Procedure, who: Caller, channel: Channel) -> Iterator[FieldError]:
    """Yields what `errors` will say of an application that is not whole yet, as far as that is known."""
    if channel not in FILED_BY_ACCOUNT or draft.proxy is not None or draft.applicant.get("kind", "person") != "person":
        return
    number = str(draft.applicant.get("identifier") or "")
    if personal.is_personal_number(number) and number != who.personal_number:
        yield _ANOTHER_PERSON
    yield from form_errors(draft.form, procedure, who.personal_number)


def form_errors(form: Mapping[str, Any], procedure: Procedure, number: str) -> Iterator[FieldError]:
    """Yields the fields that the registers fill with the filer's number, when they hold another number.

    Args:
        number: the one they must hold; empty = any, since nobody here knows it.
    """
    for name in procedure.number_fields:
        given = form.get(name)
        if number and isinstance(given, str) and bare_number(given) not in ("", number):
            yield FieldError(pointer("form", name), "another-person", _ANOTHER_NUMBER_VI, _ANOTHER_NUMBER_EN)


def number_on_form(case: Case) -> str:
    """Returns the personal number that the form of a case holds to its end; empty = the form holds no known number."""
    if personal.is_personal_number(case.applicant.identifier):
        return case.applicant.identifier
    spoken_for = case.filer is not None and (case.proxy is None or case.filer.standing is Standing.PROXY)
    return case.filer.number if case.filer and spoken_for else ""


def number_of_signer(application: Application, who: Caller) -> str:
    """Returns the personal number that a signature of the application must bear: of whoever hands it in, in their own
    right."""
    if application.proxy is not None:
        return application.proxy.identifier
    return application.applicant.identifier if of_a_person(application.applicant) else who.personal_number


def filer_of(
    application: Application, procedure: Procedure, who: Caller, channel: Channel, receipt: Receipt | None
) -> Filer | None:
    """Returns the account that files online, and its standing towards the applicant of an application without
    errors."""
    if channel not in FILED_BY_ACCOUNT:
        return None
    standing = _standing(application, procedure, who, receipt)
    return Filer(who.subject, who.name, who.personal_number, who.assurance, standing)


def _standing(application: Application, procedure: Procedure, who: Caller, receipt: Receipt | None) -> Standing:
    if not (proven_number := who.proven_number):
        return Standing.UNPROVEN
    if application.proxy is not None:  # by a paper the agency can judge; what one is to somebody is only said
        authorised = application.proxy.authorisation and _may_authorise(application, procedure, proven_number)
        return Standing.PROXY if authorised else Standing.UNPROVEN
    if application.applicant.identifier == proven_number:
        return Standing.SELF
    firms = (*who.firms, *(receipt.firms if receipt is not None else ()))
    represents = application.applicant.identifier in firms
    return Standing.REPRESENTATIVE if represents else Standing.UNPROVEN


def _may_authorise(application: Application, procedure: Procedure, proxy_number: str) -> bool:
    """Returns whether the form is about the applicant, or the proxy: a firm cannot authorise anybody to be given what
    is another's."""
    about = {application.form.get(name) for name in procedure.number_fields}
    return of_a_person(application.applicant) or about <= {proxy_number}


def _numbers_of_people(application: Application) -> Iterator[str]:
    if application.proxy is not None:
        yield application.proxy.identifier
    if application.applicant.kind == "person":
        yield application.applicant.identifier


def _files_for_themselves(application: Application, who: Caller) -> bool:
    """Returns whether the account's number is that of whoever hands the application in; a firm's representative has no
    such number."""
    if application.proxy is not None:
        return application.proxy.identifier == who.personal_number
    return not of_a_person(application.applicant) or application.applicant.identifier == who.personal_number


def _number_on_form(application: Application, who: Caller, channel: Channel) -> str:
    """Returns the number that the form must hold: the applicant's, or that of whoever speaks for a firm that files for
    itself."""
    if of_a_person(application.applicant):
        return application.applicant.identifier
    return who.personal_number if channel in FILED_BY_ACCOUNT and application.proxy is None else ""
