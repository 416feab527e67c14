"""A NotificationsService with one notice."""

from typing import Any

from onestop.common.v1.text_pb2 import Text
from onestop.notifications.v1 import notifications_service_pb2 as pb
from onestop.notifications.v1 import notifications_service_pb2_grpc as grpc

from gateway.tests.fakes.common import REF, Asked


class Notifications(grpc.NotificationsServiceServicer):
    """One notice, not read."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def ListNotices(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        accepted = pb.Notice(
            notice_id="n1",
            case_ref=REF,
            kind=pb.NOTICE_KIND_ACCEPTED,
            title=Text(vi="Hồ sơ đã được tiếp nhận", en="The case is accepted"),
        )
        return pb.ListNoticesResponse(notices=[accepted], unread=1)

    def MarkNoticesRead(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.MarkNoticesReadResponse(unread=0)
