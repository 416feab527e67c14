"""Supplements, changes and corrections as protobuf."""

import orjson
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import corrections_pb2, corrections_service_pb2
from onestop.cases.v1.decision_pb2 import Outcome
from onestop.common.v1.text_pb2 import Text

from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Attachment, Correction, Pin, Supplement
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.papers import paper_name
from services.cases.core.domain.status import CaseStatus
from services.cases.history.domain.outlook import outlook
from services.cases.supplements.domain.case_changes import Changes, Difference, PaperChange
from services.cases.supplements.domain.particulars import choices, named
from services.cases.supplements.domain.supplements import name, open_pins, reason_name
from services.common.declared import numbers_of
from services.common.moments import read_timestamp, timestamp

_OUTCOMES = numbers_of(Outcome.DESCRIPTOR)


def add_corrections(message: pb.Case, case: Case, rules: CaseRules) -> None:
    """Adds to a message the supplements asked for or proposed, the corrections, and what comes next."""
    asked = case.supplement
    if case.status is CaseStatus.SUPPLEMENT_REQUESTED:
        message.supplement.CopyFrom(supplement_message(asked, open_pins(case), rules))
    if case.supplement_proposal is not None:
        proposed = case.supplement_proposal
        message.supplement_proposal.CopyFrom(supplement_message(proposed, proposed.pins, rules))
    message.outlook.extend(Text(vi=line.vi, en=line.en) for line in outlook(case, rules))
    message.corrections.extend(_correction(each) for each in case.corrections)


def attachment_message(attachment: Attachment) -> pb.Attachment:
    return pb.Attachment(
        paper=attachment.paper,
        file_id=attachment.file_id,
        file_name=attachment.file_name,
        sha256=bytes.fromhex(attachment.sha256),
        media_type=attachment.media_type,
        stored_paper_id=attachment.stored_paper_id,
        consent=attachment.consent,
        since_version=attachment.since,
        superseded_version=attachment.superseded,
        certified_by=attachment.certified_by,
        certified_at=read_timestamp(attachment.certified_at),
    )


def supplement_message(
    request: Supplement | None, pins: tuple[Pin, ...], rules: CaseRules
) -> corrections_pb2.Supplement:
    """Returns a request, sent or proposed; requests older than pins have nothing but their items."""
    items = [_item(number, pin, rules) for number, pin in enumerate(pins, start=1)]
    if request is None:
        return corrections_pb2.Supplement(items=items)
    return corrections_pb2.Supplement(
        items=items,
        reason=request.reason,
        legal_ground=request.legal_ground,
        by=request.account,
        by_name=request.name,
        at=read_timestamp(request.at),
    )


def changes_response(found: Changes) -> corrections_service_pb2.GetChangesResponse:
    case, rules = found.case, found.rules
    pins = open_pins(case)
    return corrections_service_pb2.GetChangesResponse(
        since_version=found.since,
        version=case.version,
        fields=[_field_change(each, rules) for each in found.fields],
        papers=[_paper_change(each, rules) for each in found.papers],
        not_given=[
            corrections_service_pb2.NotGiven(item=_item(each.item, pins[each.item - 1], rules), reason=each.reason)
            for each in case.cannot
        ],
    )


def choices_response(case: Case, rules: CaseRules) -> corrections_service_pb2.GetSupplementChoicesResponse:
    choice = corrections_service_pb2.SupplementChoice
    form, papers = rules.procedure.form, rules.procedure.papers_taken(by_proxy=case.proxy is not None)
    fields = {pointer: form.named(pointer) for pointer in form.pointers()} | choices(case)
    return corrections_service_pb2.GetSupplementChoicesResponse(
        fields=[choice(value=pointer, name=Text(vi=line.vi, en=line.en)) for pointer, line in fields.items()],
        papers=[choice(value=p.code, name=Text(vi=p.name_vi, en=p.name_en)) for p in papers],
        reasons=[
            choice(value=r.code, name=Text(vi=r.name_vi, en=r.name_en)) for r in rules.rule_set.supplement_reasons
        ],
        registers=[
            corrections_service_pb2.RegisterChoice(
                value=each.code,
                name=Text(vi=each.name_vi, en=each.name_en),
                correct_at=Text(vi=each.correct_at_vi, en=each.correct_at_en),
            )
            for each in rules.registers
        ],
    )


def _item(number: int, pin: Pin, rules: CaseRules) -> corrections_pb2.SupplementItem:
    what, reason = name(pin, rules), reason_name(pin, rules)
    register = rules.register_named(pin.register)
    as_usual = register is not None and register.correct_at_vi == pin.correct_at
    return corrections_pb2.SupplementItem(
        number=number,
        pin=corrections_pb2.SupplementPin(
            field=pin.field,
            paper=pin.paper,
            reason=pin.reason,
            ask=pin.ask,
            register=pin.register,
            correct_at=pin.correct_at,
        ),
        name=Text(vi=what.vi, en=what.en),
        reason_name=Text(vi=reason.vi, en=reason.en),
        register_name=Text(vi=pin.register, en=register.name_en if register else pin.register),
        correct_at_name=Text(vi=pin.correct_at, en=register.correct_at_en if register and as_usual else pin.correct_at),
    )


def _correction(correction: Correction) -> corrections_pb2.Correction:
    return corrections_pb2.Correction(
        reason=correction.reason,
        legal_ground=correction.legal_ground,
        days=correction.days,
        by_name=correction.by_name,
        at=timestamp(correction.at),
        decided_at=timestamp(correction.decided_at),
        paper_id=correction.paper_id,
        file_id=correction.file_id,
        decision=_OUTCOMES[correction.decision],
        corrected_paper_id=correction.corrected_paper_id,
        corrected_file_id=correction.corrected_file_id,
    )


def _field_change(difference: Difference, rules: CaseRules) -> corrections_service_pb2.FieldChange:
    title = named(difference.pointer, rules)
    told = difference.told(rules.procedure.form)
    return corrections_service_pb2.FieldChange(
        pointer=difference.pointer,
        title=Text(vi=title.vi, en=title.en),
        old=_json(difference.old),
        new=_json(difference.new),
        text=Text(vi=told.vi, en=told.en),
    )


def _paper_change(change: PaperChange, rules: CaseRules) -> corrections_service_pb2.PaperChange:
    titled = paper_name(change.paper, rules)
    return corrections_service_pb2.PaperChange(
        paper=change.paper,
        name=Text(vi=titled.vi, en=titled.en),
        old=[attachment_message(each) for each in change.old],
        new=[attachment_message(each) for each in change.new],
    )


def _json(value: object) -> bytes:
    return b"" if value is None else orjson.dumps(value)
