"""One action on many cases, each judged by itself."""

from typing import Any

from onestop.cases.v1 import cases_service_pb2 as pb

from gateway import authentication
from gateway.errors import BadJson
from gateway.problems import problem_json
from gateway.routing import Resource
from gateway.shapes.bulk import COMMANDS, Bulk, BulkJson, BulkRowJson, SeenCase
from gateway.state import clients
from gateway.transcoding.bindings import Binding
from gateway.transcoding.decode import Faults, body_of
from services.common import context
from services.common.access import WORKERS, roles
from services.common.errors import OnestopError

resource = Resource("bulk", "Xử lý nhiều hồ sơ · Many cases at once")
TAKE = {word: body_of(binding.in_body) for word, binding in COMMANDS.items()}


@resource.operation(
    "POST",
    "/cases/bulk",
    access=roles(*WORKERS),
    summary="Xử lý nhiều hồ sơ một lần · Act on many cases",
    body=Bulk,
    returns=BulkJson,
)
def act_on_many(body: Bulk) -> BulkJson:
    """Does one action on up to 50 cases, each on the version named. A case that refuses it stops no other: every row
    says whether it was done, and if not why.
    """
    binding = COMMANDS[body.action]
    binding.access.check(context.caller())
    faults: Faults = []
    asked = TAKE[body.action](body.body, "/body", faults)
    if faults:
        raise BadJson(fields=faults)
    rows = [_act(binding, asked, each) for each in body.cases]
    done = sum(row["done"] for row in rows)
    return {"rows": rows, "done": done, "refused": len(rows) - done}


def _act(binding: Binding, asked: Any, seen: SeenCase) -> BulkRowJson:
    command: dict[str, Any] = {binding.rule.body: asked}
    request = pb.ActRequest(ref=seen.ref, expected_version=seen.version, **command)
    try:
        with context.acting(context.caller(), authentication.trace_of(seen.ref)):
            answer = clients().call(binding.rpc, request)
    except OnestopError as error:
        return {"ref": seen.ref, "done": False, "version": seen.version, "problem": problem_json(error)}
    return {"ref": seen.ref, "done": True, "version": answer.case.version, "problem": None}
