"""Every text kept says whether it tells of somebody and what becomes of it; docs/personal-data.md lists them all."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from onestop.api.v1 import options_pb2 as options

from e2e.wiring.test_protos import METHODS
from gateway.transcoding.schemas import flat
from services.cases.conversation.domain.message import ChatMessage
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.papers import PaperOrder
from services.cases.core.store.cases import FORGET
from services.cases.drafts.domain import Draft
from services.cases.filing.usecases.submit import KEPT_AS_FILED
from services.cases.supplements.domain.particulars import TITLES
from services.cases.work.domain import Delegation
from services.contracts.application import Application
from services.contracts.privacy import Field, marked
from services.documents.files.domain import File
from services.documents.papers.domain import Paper
from services.documents.personal_store.domain import Access, StoredPaper
from services.exchange.core.domain import ExchangeMessage, Question
from services.exchange.envelopes.domain import Document, StatusReport
from services.identity.core.accounts import Account
from services.identity.look_ups.domain import LookUp
from services.identity.without_case.domain import LookUpRequest
from services.notifications.core.domain import Concerned
from services.notifications.deliveries.domain import Delivery
from services.payments.core import domain as payments

KEPT: dict[str, tuple[type, ...]] = {
    "An application": (Application, Draft),
    "A case": (Case, Actor, Delegation),
    "A conversation": (ChatMessage,),
    "Papers": (PaperOrder, Paper, File, StoredPaper, Access),
    "Between agencies": (Question, Document, StatusReport, ExchangeMessage),
    "Accounts and look-ups": (Account, LookUp, LookUpRequest),
    "Notices": (Delivery, Concerned),
    "Money": (payments.Case, payments.Due, payments.Payment),
}
"""What is kept of people, by the headings of the page: with every class that one of these holds."""
PAGE = Path(__file__).parents[2] / "docs" / "personal-data.md"
TEXTS = {str, bytes, Any, object}
"""Types that can hold whatever somebody types; a number, a flag, a day or an enum cannot."""
BY_GRANT = {"CollectFile": {"content"}}
"""Called without a token by whoever holds the secret of one file."""
IN_ADDRESSES = {
    "/api/v1/cases": {"q", "name", "identifier"},  # POST /cases/search takes them in its body
    "/api/v1/me/filters/{name}": {"name"},  # of the filter
    "/api/v1/files": {"name"},  # Content-Disposition takes it as well
}


SAID_OF_MUCH_ELSE = {
    "name",
    "name_vi",
    "reason",
    "text",
    "content",
    "description",
    "data",
    "form",
    "relation",
    "number",
}
"""Names that things have too, and that so prove nothing of a message's field."""
FOR_ANYONE = [each for each in METHODS if list(each.GetOptions().Extensions[options.call].who) == [options.WHO_ANYONE]]


def _classes(kind: type, seen: set[type]) -> Iterator[type]:
    """The class and those its fields hold, each once."""
    if kind not in seen:
        seen.add(kind)
        yield kind
        for field in marked(kind):
            if field.holds is not None:
                yield from _classes(field.holds, seen)


def _all() -> dict[str, list[type]]:
    seen: set[type] = set()
    return {title: [each for root in roots for each in _classes(root, seen)] for title, roots in KEPT.items()}


CLASSES = _all()


def _parts(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from _parts(part)


def _holds_text(kind: type, field: Field) -> bool:
    return any(part in TEXTS for part in _parts(get_type_hints(kind)[field.name]) if part.__hash__)


def _rows(kinds: list[type]) -> Iterator[str]:
    for kind in kinds:
        for field in marked(kind):
            if (mark := field.personal) is not None:
                yes = [mark.disposed, mark.parts, mark.outside, mark.supplement]
                cells = ("yes" if each else "no" for each in yes)
                yield f"| `{kind.__name__}.{field.name}` | {' | '.join(cells)} |"


def _table(title: str, kinds: list[type]) -> str:
    head = "| field | goes at disposal | parts have it | agencies outside get it | a supplement corrects it |"
    return "\n".join([f"## {title}", "", head, "|---|---|---|---|---|", *_rows(kinds)])


def _personal(field: FieldDescriptor) -> bool:
    return bool(field.GetOptions().Extensions[options.field].personal)


def _messages() -> Iterator[Descriptor]:
    """Every message of a file with an RPC and of those it imports."""
    files = {method.containing_service.file for method in METHODS}
    named = {each.name: each for file in files for each in (file, *file.dependencies)}
    for name in sorted(named):
        yield from named[name].message_types_by_name.values()


def _people_in(message: Descriptor, *within: str) -> set[str]:
    """The names of the fields about people that a message has, however deep."""
    found = {field.name for field in message.fields if _personal(field)}
    for field in message.fields:
        if field.message_type is not None and field.message_type.full_name not in within:
            found |= _people_in(field.message_type, *within, message.full_name)
    return found


def test_every_text_that_is_kept_says_whether_it_tells_of_somebody() -> None:
    silent = [
        f"{kind.__module__}.{kind.__name__}.{field.name}"
        for kinds in CLASSES.values()
        for kind in kinds
        for field in marked(kind)
        if field.mark is None and field.holds is None and _holds_text(kind, field)
    ]
    assert silent == [], (
        f"say of each what it tells of people, e.g. `remark: Stated[str]`, by a type of services/contracts/privacy.py "
        f"(Neutral[…] when it tells of nobody): {', '.join(silent)}"
    )


@pytest.mark.parametrize("title", KEPT)
def test_the_page_lists_what_is_decided_of_each(title: str) -> None:
    table = _table(title, CLASSES[title])
    assert table in PAGE.read_text(encoding="utf-8"), f"docs/personal-data.md must say:\n\n{table}\n"


def test_an_application_is_marked_as_the_case_it_becomes() -> None:
    """Field by field: a class of the application by the class of the case that holds the same."""
    filed, kept = ({field.name: field.mark for field in marked(kind)} for kind in (Application, Case))
    assert {name: filed[name] for name in KEPT_AS_FILED} == {name: kept[name] for name in KEPT_AS_FILED}
    parts = {field.name: field.holds for field in marked(Application)}
    for field in marked(Case):
        if (part := parts.get(field.name)) is not None and field.holds is not None:
            of_case = {each.name: each.mark for each in marked(field.holds)}
            assert {each.name: each.mark for each in marked(part)}.items() <= of_case.items(), field.name


def test_what_is_said_on_a_case_goes_with_it() -> None:
    gone = {field.name for field in marked(ChatMessage) if field.personal and field.personal.disposed}
    [emptied] = re.findall(r"UPDATE case_messages SET (.*) WHERE", FORGET)
    assert set(re.findall(r"(\w+) = NULL", emptied)) == gone


def test_a_field_of_a_message_is_marked_where_the_class_it_is_made_from_marks_it() -> None:
    """By name: a name that is somebody's in one place is not nobody's in the protos of that service."""
    names = {
        field.name
        for kinds in CLASSES.values()
        for kind in kinds
        for field in marked(kind)
        if field.personal is not None
    }
    names -= SAID_OF_MUCH_ELSE
    silent = [
        f"{message.full_name}.{field.name}"
        for message in _messages()
        for field in message.fields
        if field.name in names and field.type in (field.TYPE_STRING, field.TYPE_BYTES) and not _personal(field)
    ]
    assert silent == [], "say `(onestop.api.v1.field).personal = true` of these"


@pytest.mark.parametrize("method", FOR_ANYONE, ids=lambda each: each.name)
def test_what_anyone_may_ask_tells_of_nobody(method: MethodDescriptor) -> None:
    known = BY_GRANT.get(method.name, set())
    assert _people_in(method.output_type) == known


def test_no_address_has_room_for_data_about_people() -> None:
    found = {path: names for method in METHODS for path, names in _in_addresses(method) if names}
    assert found == IN_ADDRESSES


def _in_addresses(method: MethodDescriptor) -> Iterator[tuple[str, set[str]]]:
    """Each address of an RPC with the fields about people that its path or query holds."""
    if not method.GetOptions().HasExtension(annotations_pb2.http):
        return
    rule = method.GetOptions().Extensions[annotations_pb2.http]
    headers = {each.field for each in method.GetOptions().Extensions[options.call].headers}
    for binding in (rule, *rule.additional_bindings):
        path = getattr(binding, binding.WhichOneof("pattern"))
        fields = {field.name: field for field in flat(method.input_type.fields)}
        named = set(re.findall(r"{(\w+)", path))
        inside = named if binding.body == "*" else fields.keys() - {binding.body} - headers
        yield path, {name for name in inside if _personal(fields[name])}


def test_whatever_may_be_corrected_has_a_name_that_a_request_can_give_it() -> None:
    """`correctable` of a case whose every part is there."""
    assert TITLES.keys() == set(_pointers(Case))


def _pointers(kind: type, *place: str) -> Iterator[str]:
    for field in marked(kind):
        if field.personal is not None and field.personal.supplement:
            yield "/" + "/".join((*place, field.name))
        elif field.holds is not None and "tuple" not in str(get_type_hints(kind)[field.name]):
            yield from _pointers(field.holds, *place, field.name)
