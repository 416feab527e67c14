"""One action on many cases, each judged by itself."""

from pydantic import BaseModel, ValidationError

from gateway import authentication, parsing
from gateway.errors import BadJson
from gateway.problems import problem_json
from gateway.resources import actions
from gateway.routing import Operation, Resource
from gateway.shapes.work import Bulk, BulkJson, BulkRowJson, SeenCase
from services.common import context
from services.common.access import WORKERS, roles
from services.common.errors import OnestopError

resource = Resource("bulk", "Xử lý nhiều hồ sơ · Many cases at once")
OPERATIONS = {
    operation.path.rsplit("/", 1)[1]: operation
    for operation in actions.resource.operations
    if isinstance(operation, Operation)
}


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
    operation = OPERATIONS[body.action]
    operation.access.check(context.caller())
    asked = _asked(operation, body)
    rows = [_act(operation, asked, each) for each in body.cases]
    done = sum(row["done"] for row in rows)
    return {"rows": rows, "done": done, "refused": len(rows) - done}


def _asked(operation: Operation, body: Bulk) -> BaseModel | None:
    """What the action takes, checked once."""
    if operation.body is None:
        return None
    try:
        return operation.body.model_validate_json(
            parsing.passed_on(body.body, "/body")
        )  # strict as JSON is: a list may be a tuple
    except ValidationError as error:
        raise BadJson(fields=parsing.field_errors(error, "/body")) from error


def _act(operation: Operation, asked: BaseModel | None, seen: SeenCase) -> BulkRowJson:
    try:
        with context.acting(context.caller(), authentication.trace_of(seen.ref)), parsing.having_seen(seen.version):
            answer = operation.handler(ref=seen.ref, body=asked)
    except OnestopError as error:
        return {"ref": seen.ref, "done": False, "version": seen.version, "problem": problem_json(error)}
    return {"ref": seen.ref, "done": True, "version": int(answer.headers["ETag"].strip('"')), "problem": None}
