"""Notices over gRPC."""

from collections.abc import Callable
from datetime import datetime

import grpc
from onestop.common.v1.text_pb2 import Text
from onestop.notifications.v1 import notifications_service_pb2 as pb

from services.common.context import caller
from services.common.database import Database
from services.common.declared import numbers_of
from services.common.moments import timestamp
from services.notifications.core.store import Listed
from services.notifications.core.templates import Templates
from services.notifications.notices import usecases

_KINDS = numbers_of(pb.NoticeKind.DESCRIPTOR)


class NoticeMethods:
    """The methods of NotificationsService about notices."""

    _database: Database
    _templates: Templates
    _now: Callable[[], datetime]

    def ListNotices(self, request: pb.ListNoticesRequest, context: grpc.ServicerContext) -> pb.ListNoticesResponse:
        page = usecases.list_notices(self._database, caller(), request.page_token, request.page_size)
        return pb.ListNoticesResponse(
            notices=[self._notice(each) for each in page.notices],
            unread=page.unread,
            next_page_token=page.next_token,
        )

    def MarkNoticesRead(
        self, request: pb.MarkNoticesReadRequest, context: grpc.ServicerContext
    ) -> pb.MarkNoticesReadResponse:
        unread = usecases.mark_read(self._database, caller(), request.notice_ids, self._now())
        return pb.MarkNoticesReadResponse(unread=unread)

    def _notice(self, listed: Listed) -> pb.Notice:
        notice = listed.notice
        vi, en = (self._templates.tell(notice, language) for language in ("vi", "en"))
        return pb.Notice(
            notice_id=str(notice.notice_id),
            case_ref=notice.case_ref,
            kind=_KINDS[notice.kind],
            title=Text(vi=vi.title, en=en.title),
            text=Text(vi=vi.text, en=en.text),
            agency=Text(vi=notice.agency_vi, en=notice.agency_en),
            unit=Text(vi=notice.unit_vi, en=notice.unit_en) if notice.unit_vi else None,
            acted_by=notice.acted_by,
            at=timestamp(notice.at),
            received_at=timestamp(notice.received_at),
            due=timestamp(notice.due),
            read_at=timestamp(listed.read_at),
        )
