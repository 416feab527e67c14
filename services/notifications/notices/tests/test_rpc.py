"""Notices as callers get them."""

from types import SimpleNamespace
from typing import Any, cast

from onestop.notifications.v1 import notifications_service_pb2 as pb

from services.common import context
from services.common.moments import moment
from services.common.times import utc_now
from services.notifications.conftest import DUE, RECEIVED, CaseStory
from services.notifications.core.domain import Kind
from services.notifications.core.templates import Templates
from services.notifications.rpc import Servicer

CALL = cast("Any", SimpleNamespace())


def test_a_notice_is_said_in_both_languages_and_read_once(case: CaseStory, templates: Templates) -> None:
    servicer = Servicer(case.database, templates, utc_now)
    event = case.happens("accepted")
    with context.as_caller(case.bearer):
        [notice] = servicer.ListNotices(pb.ListNoticesRequest(), CALL).notices
        assert notice.notice_id == str(event.id)
        assert notice.kind == pb.NOTICE_KIND_ACCEPTED
        assert notice.title.vi == f"Hồ sơ {case.ref} đã được tiếp nhận"
        assert "Department of Construction accepted" in notice.text.en
        assert (moment(notice.received_at), moment(notice.due)) == (RECEIVED, DUE)
        assert not notice.HasField("read_at")
        request = pb.MarkNoticesReadRequest(notice_ids=[str(event.id)])
        assert servicer.MarkNoticesRead(request, CALL).unread == 0
        [read] = servicer.ListNotices(pb.ListNoticesRequest(), CALL).notices
        assert read.HasField("read_at")


def test_every_kind_has_a_number_of_its_own() -> None:
    names = {name.removeprefix("NOTICE_KIND_").lower() for name in pb.NoticeKind.DESCRIPTOR.values_by_name}
    assert names - {"unspecified"} == set(Kind)
