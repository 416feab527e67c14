"""The application a citizen or clerk files: the one public shape, documented by the gateway, checked by cases."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.common import limits, outside
from services.contracts import personal
from services.contracts.countries import COUNTRIES
from services.contracts.privacy import Identity, Neutral, OfFiling, Stated

Channel = Literal["online", "counter", "post", "kiosk"]
"""How a case came in (hình thức nộp)."""
FILED_BY_ACCOUNT: frozenset[Channel] = frozenset({"online", "kiosk"})
"""Channels by which an account files for itself; by the others a clerk files what was brought or sent."""
PaperKind = Literal["original", "certified_copy", "copy", "electronic"]
PAPER_KINDS: Mapping[PaperKind, tuple[str, str]] = {
    "original": ("bản chính", "original"),
    "certified_copy": ("bản sao có chứng thực", "certified copy"),
    "copy": ("bản sao", "copy"),
    "electronic": ("bản điện tử", "electronic"),
}
"""What a paper handed in may be; in Vietnamese and in English."""
ReturnWay = Literal["counter", "post", "online"]
RETURN_WAYS: Mapping[ReturnWay, tuple[str, str]] = {
    "counter": ("trực tiếp", "at the counter"),
    "post": ("qua bưu chính", "by post"),
    "online": ("trực tuyến", "online"),
}
"""How a result goes back; in Vietnamese and in English."""
Relation = Literal["parent", "spouse", "child"]

RELATIONS: Mapping[Relation, tuple[str, str]] = {
    "parent": ("cha hoặc mẹ", "parent"),
    "spouse": ("vợ hoặc chồng", "spouse"),
    "child": ("con", "child"),
}
"""What a proxy may be to the applicant where the law asks no authorisation paper; in Vietnamese and in English."""


def kept_as(clean: Callable[[str], str], most: int = limits.TEXT_LENGTH) -> BeforeValidator:
    """Has text cleaned before it is judged.

    A value that is no text, or too long to be sent, is left to be refused; U+0000 is in no text.
    """

    def kept(value: Any) -> Any:
        if not isinstance(value, str) or len(value) > most:
            return value
        if "\0" in value:
            raise PydanticCustomError("characters", "a character is no text")
        return clean(value)

    return BeforeValidator(kept)


def telephone(text: str) -> str:
    """Reads a telephone number as it is dialled; any other text stays as it was written."""
    return outside.phone(text) or outside.one_line(text)


PERSON: Mapping[str, Callable[[str], str]] = {
    "full_name": outside.one_line,
    "identifier": outside.tax_code,
    "country": lambda text: personal.country_code(outside.one_line(text)),
    "address": outside.one_line,
    "phone": telephone,
    "email": outside.email,
    "authorisation": outside.one_line,
    "relation": outside.one_line,
}
"""How each text about an applicant or a proxy is kept, in an application and as far as it is known in a draft."""


def _day(value: Any) -> Any:
    """Reads a day as people write it; anything that is no text is left to be refused."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return value
    known = outside.partial_date(value)
    if known is None or known.day is None:
        raise PydanticCustomError("day", "no day")
    return known.first


_NOTHING = BeforeValidator(lambda value: "" if value is None else value)  # programs say null where nothing is filled in
_SOME = StringConstraints(min_length=1, max_length=limits.TEXT_LENGTH)
_ANY = StringConstraints(max_length=limits.TEXT_LENGTH)
Text = Annotated[str, _SOME, kept_as(outside.one_line), _NOTHING]
OptionalText = Annotated[str, _ANY, kept_as(outside.one_line), _NOTHING]
Identifier = Annotated[str, _SOME, kept_as(PERSON["identifier"]), _NOTHING]
Telephone = Annotated[str, _ANY, kept_as(PERSON["phone"]), _NOTHING]
Email = Annotated[str, _ANY, kept_as(PERSON["email"]), _NOTHING]
ItemNumber = Annotated[str, _ANY, kept_as(outside.item_number), _NOTHING]
Related = Annotated[Literal[Relation, ""], _NOTHING]
Day = Annotated[date | None, BeforeValidator(_day)]


def _known_country(code: str) -> str:
    if code and code not in COUNTRIES:
        raise PydanticCustomError("country", "no country of a passport")
    return code


Country = Annotated[str, kept_as(PERSON["country"]), AfterValidator(_known_country), _NOTHING]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Identified(Strict):
    """Somebody named by a number; of a passport also by the country that issued it, which then begins the number."""

    country: Identity[Country] = Field(
        default="",
        description="Of a foreigner: the country that issued the passport, by the three letters it prints (JPN); the "
        "`identifier` is then the passport's number. Empty = a personal number or tax code.",
    )

    @model_validator(mode="before")
    @classmethod
    def _with_country(cls, part: Any) -> Any:
        if not isinstance(part, dict):
            return part
        country, number = part.get("country") or "", part.get("identifier")
        if not isinstance(country, str) or not isinstance(number, str) or len(number) > limits.TEXT_LENGTH:
            return part
        if country.strip():
            return {**part, "identifier": personal.passport(country, number)}
        written = personal.identity_number(number)
        if personal.is_passport(written):
            return {**part, "identifier": written, "country": personal.country_of(written)}
        return part


class ApplicantPart(Identified):
    """Who the case is for."""

    kind: Literal["person", "firm"] = "person"
    full_name: Identity[Text] = Field(
        description="Full name, one string, as on the identity card or business register."
    )
    identifier: Identity[Identifier] = Field(
        description="12-digit personal number (số định danh cá nhân), online that of the account that files unless "
        "there is a proxy; or tax code (mã số thuế); or, with a `country`, passport number. Blanks, dots, dashes go."
    )
    address: Stated[OptionalText] = ""
    phone: Stated[Telephone] = ""
    email: Stated[Email] = ""


class ProxyPart(Identified):
    """Who hands the application in for the applicant (người được ủy quyền nộp hồ sơ)."""

    full_name: Identity[Text] = Field(description="Full name, one string, as on the identity card.")
    identifier: Identity[Identifier] = Field(
        description="12-digit personal number, online that of the account that files; or, with a `country`, passport "
        "number."
    )
    address: Stated[OptionalText] = ""
    phone: Stated[Telephone] = ""
    email: Stated[Email] = ""
    authorisation: Neutral[OptionalText] = Field(
        default="",
        description="Code of the attachment that is the authorisation paper: `giay_uy_quyen`, which every procedure "
        "takes, or one of the procedure's `proxy.papers`. Empty only for its `proxy.exempt_relations`.",
    )
    relation: OfFiling[Related] = Field(default="", description="What the proxy is to the applicant.")


class AttachmentPart(Strict):
    """A paper handed in under its code in the procedure: a file uploaded before, or a paper of the applicant's own
    store.

    Naming the text of `consent` is the explicit act by which the owner consents to this one use.
    """

    paper: Neutral[Text]
    file_id: Neutral[OptionalText] = Field(default="", description="A file uploaded before; or else `stored_paper_id`.")
    stored_paper_id: Neutral[OptionalText] = Field(
        default="", description="A paper of your own store, instead of a file."
    )
    consent: Neutral[OptionalText] = Field(
        default="", description="With `stored_paper_id`: the version of the consent text, as the prefill gives it."
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.file_id) == bool(self.stored_paper_id):
            raise PydanticCustomError("file_or_stored_paper", "name either file_id or stored_paper_id")
        return self


class HandedInPart(Strict):
    """Papers of one code handed in on paper, or electronically besides the attachments: of which kind, how many."""

    paper: Neutral[Text] = Field(description="Code of the paper in the procedure.")
    kind: PaperKind
    copies: int = Field(default=1, ge=1, le=limits.COPIES)


class IntakePart(Strict):
    """How an application comes in, what is handed in with it besides files, and how its result goes back."""

    channel: Annotated[Literal[Channel, ""], _NOTHING] = Field(
        default="",
        description="How it comes in; left out = at the counter for a clerk, else online. A clerk may say `post`, a "
        "citizen at a smart kiosk `kiosk`.",
    )
    posted_on: Day = Field(default=None, description="By post: day of the postmark.")
    postal_number: Neutral[ItemNumber] = Field(default="", description="By post: number of the item on its envelope.")
    kiosk: Neutral[OptionalText] = Field(default="", description="At a kiosk: its name.")
    handed_in: tuple[HandedInPart, ...] = Field(default=(), max_length=limits.ATTACHMENTS_PER_CASE)
    sets: int = Field(default=1, ge=1, le=limits.COPIES, description="Sets of papers handed in (số bộ hồ sơ).")
    result_by: Annotated[Literal[ReturnWay, ""], _NOTHING] = Field(
        default="",
        description="How the result goes back; left out = as the form says, else the way the application came.",
    )
    result_address: Stated[OptionalText] = Field(
        default="", description="By post: where the result is sent; left out = to the applicant's address."
    )
    agency: Neutral[OptionalText] = ""
    intake_agency: Neutral[OptionalText] = Field(
        default="", description="National code of the agency that takes it in; left out = the one that decides."
    )

    @property
    def taken_in_by(self) -> str:
        """The agency that takes it in."""
        return self.intake_agency or self.agency


class Application(IntakePart):
    """An application for one procedure."""

    procedure: Neutral[Text] = Field(description="National procedure code, e.g. 3.000347.")
    agency: Neutral[Text] = Field(description="National code of the agency that decides, e.g. H29.001.00.")
    applicant: ApplicantPart
    proxy: ProxyPart | None = Field(default=None, description="Who hands it in for the applicant; none = they do.")
    form: Stated[dict[str, Any]] = Field(description="Filled form; its JSON Schema is the procedure's form_schema.")
    attachments: tuple[AttachmentPart, ...] = Field(default=(), max_length=limits.ATTACHMENTS_PER_CASE)
    prefill: Neutral[str] = Field(
        default="",
        max_length=limits.TOKEN_BYTES,
        description="`receipt` of the prefill the form began with: what a register confirmed is not asked for.",
    )
