"""One story of a case and, where it is a chained one, of the parts of it."""

from onestop.cases.v1 import chains_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.chains import TimelineJson, timeline
from gateway.state import clients
from services.common.access import CITIZEN, WORKERS, roles

resource = Resource("chains", "Hồ sơ liên thông · Chained cases")


@resource.operation(
    "GET",
    "/cases/<ref>/timeline",
    access=roles(CITIZEN, *WORKERS),
    summary="Diễn biến hồ sơ · Timeline",
    returns=TimelineJson,
)
def read_timeline(ref: str) -> TimelineJson:
    """What happened to the case and its parts, in order and in words; who has it now, what comes next, when it is due.
    A worker sees of another agency's part what the chained case itself was told of it.
    """
    return timeline(clients().chains.GetTimeline(pb.GetTimelineRequest(ref=ref)))
