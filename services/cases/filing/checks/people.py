"""Checks the people an application names: whom it is for, and who hands it in for them."""

from collections.abc import Iterator

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Channel
from services.cases.core.domain.proxy import Proxy, ProxyRule
from services.cases.forms.domain.forms import one_of
from services.common.errors import FieldError
from services.contracts import personal
from services.contracts.application import RELATIONS, ApplicantPart, Application, ProxyPart


def errors(application: Application, procedure: Procedure, channel: Channel) -> Iterator[FieldError]:
    """Yields what is wrong with the applicant and the proxy, whoever the caller is."""
    yield from _applicant_errors(application.applicant)
    if application.proxy is None:
        return
    if not procedure.proxy.admits(channel):
        yield _not_admitted(procedure.proxy)
        return
    identifier = application.proxy.identifier
    if not personal.names_a_person(identifier):
        yield _of_nobody("/proxy", application.proxy)
    elif identifier == application.applicant.identifier:
        yield FieldError(
            "/proxy/identifier",
            "same-person",
            "Người được ủy quyền chính là người đứng tên hồ sơ. Hãy bỏ phần người được ủy quyền.",
            "The proxy is the applicant. Leave out the proxy.",
        )
    yield from _authorisation_errors(application, procedure)


def proxy_of(application: Application) -> Proxy | None:
    return Proxy(**application.proxy.model_dump()) if application.proxy else None


def of_a_person(applicant: ApplicantPart) -> bool:
    """Returns whether its number is a person's: a household business goes by that of the person whose business it
    is."""
    return applicant.kind == "person" or personal.is_personal_number(applicant.identifier)


def _applicant_errors(applicant: ApplicantPart) -> Iterator[FieldError]:
    """Yields an error unless a person has a personal number or a passport, and a firm a tax code, which for a household
    business is its owner's number."""
    identifier = applicant.identifier
    if personal.is_personal_number(identifier):
        return
    if applicant.kind == "person":
        if not personal.is_passport(identifier):
            yield _of_nobody("/applicant", applicant)
    elif applicant.country:
        yield FieldError(
            "/applicant/country",
            "passport-of-firm",
            "Tổ chức ghi mã số thuế, không ghi hộ chiếu. Hãy bỏ nước cấp hộ chiếu và nhập mã số thuế.",
            "A firm goes by its tax code, not by a passport. Leave the country out and give the tax code.",
        )
    elif not personal.is_tax_code(identifier):
        yield FieldError(
            "/applicant/identifier",
            "tax-code",
            "Mã số thuế sai: gồm 10 chữ số, có thể kèm -001 đến -999, ví dụ 0312687878-001. Hãy kiểm tra từng chữ số.",
            "The tax code is wrong: it has 10 digits, -001 to -999 for a unit, e.g. 0312687878-001. Check each digit.",
        )


def _of_nobody(place: str, part: ApplicantPart | ProxyPart) -> FieldError:
    if part.country:
        return FieldError(
            f"{place}/identifier",
            "passport-number",
            "Số hộ chiếu gồm 5 đến 9 chữ cái và chữ số như in trên hộ chiếu, ví dụ TR1234567.",
            "A passport number has 5 to 9 letters and digits, as the passport prints it, e.g. TR1234567.",
        )
    return FieldError(
        f"{place}/identifier",
        "personal-number",
        "Số định danh cá nhân gồm đúng 12 chữ số, ví dụ 079301000019. Người nước ngoài ghi số hộ chiếu và nước cấp, ví "
        "dụ TR1234567, JPN.",
        "A personal number has exactly 12 digits, e.g. 079301000019. A foreigner gives passport number and country, "
        "e.g. TR1234567, JPN.",
    )


def _not_admitted(rule: ProxyRule) -> FieldError:
    if rule.allowed:
        return FieldError(
            "/proxy",
            "proxy-at-the-counter",
            "Hồ sơ theo ủy quyền chỉ nhận tại Bộ phận Một cửa. Hãy nộp tại đó, hoặc để người đứng tên tự nộp.",
            "By proxy this is taken at the counter only. File there, or have the applicant file it.",
        )
    return FieldError(
        "/proxy",
        "proxy-not-allowed",
        "Thủ tục không nhận hồ sơ nộp theo ủy quyền. Người đứng tên hồ sơ phải tự nộp.",
        "This is not taken by proxy. The applicant files it in person.",
    )


def _authorisation_errors(application: Application, procedure: Procedure) -> Iterator[FieldError]:
    """Yields an error unless an authorisation paper is named and handed in, or the relation needs no paper."""
    proxy, rule = application.proxy, procedure.proxy
    if proxy is None or (not proxy.authorisation and rule.exempts(proxy.relation, application.form)):
        return
    place = "/proxy/authorisation"
    known = {each.code: BilingualText(each.name_vi, each.name_en) for each in procedure.papers_taken(by_proxy=True)}
    authorising = [known[code] for code in rule.authorising]
    if proxy.authorisation and proxy.authorisation not in rule.authorising:
        yield one_of(place, authorising)
    elif proxy.authorisation not in {attachment.paper for attachment in application.attachments}:
        relations = [RELATIONS[each] for each in rule.exempt_relations]
        spared_vi, spared_en = (", ".join(names) for names in zip(*relations, strict=True)) if relations else ("", "")
        yield FieldError(
            place,
            "authorisation-missing",
            f"Thiếu giấy ủy quyền. Hãy tải lên và chọn giấy đó ở đây: {', '.join(each.vi for each in authorising)}."
            + (f" Không cần giấy nếu là {spared_vi} của người yêu cầu ({rule.legal_basis})." if spared_vi else ""),
            f"The authorisation is missing. Upload it and choose it here: {', '.join(each.en for each in authorising)}."
            + (f" None is asked of a {spared_en} of the applicant ({rule.legal_basis})." if spared_en else ""),
        )
