"""The OpenAPI 3.1 document, made from the declared operations."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from gateway import parsing, problems
from gateway.problems import ProblemJson
from gateway.routing import Operation, Resource, Served
from gateway.transcoding.routes import Rpc
from gateway.transcoding.schemas import Schemas, flat
from services.common import limits
from services.common.declared import field_of, message_of

Json = dict[str, Any]
_SCHEMAS = "#/components/schemas/{model}"

HEADERS: Mapping[str, Json] = {
    "Idempotency-Key": {
        "required": True,
        "description": "The client's own name of this submission; sent again it cannot file twice.",
        "schema": {"type": "string", "pattern": f"^[!-~]{{1,{limits.IDEMPOTENCY_KEY_LENGTH}}}$"},
    },
    "X-Draft-Id": {
        "required": False,
        "description": "Draft the application was filled in: filing it ends it, checking it does not warn of it.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "X-JWS-Signature": {
        "required": False,
        "description": "Detached ES256 JWS over the exact body (RFC 7515 appendix F, RFC 7797), certificates in x5c.",
        "schema": {"type": "string", "pattern": r"^[A-Za-z0-9_\-]+\.\.[A-Za-z0-9_\-]{86}$"},
    },
    "If-Match": {
        "required": True,
        "description": 'ETag of what is changed, as the caller sees it, e.g. "3".',
        "schema": {"type": "string", "pattern": '^(W/)?"[1-9][0-9]{0,8}"$'},
    },
    "Content-Disposition": {
        "required": False,
        "description": "attachment; filename*=UTF-8''… (RFC 6266): the file's name, out of the address.",
        "schema": {"type": "string"},
    },
    "Range": {"required": False, "description": "One range of bytes.", "schema": {"type": "string"}},
    "If-Range": {"required": False, "description": "ETag the range is of.", "schema": {"type": "string"}},
}
REPLY_HEADERS: Mapping[str, str] = {
    "Location": "Address of what was created.",
    "ETag": "Version of what is sent.",
    "Content-Disposition": "The name to save under.",
    "Accept-Ranges": "bytes",
}


def document(resources: Iterable[Resource], public_url: str) -> Json:
    """Returns the whole document; `resources` under /api only."""
    resources = list(resources)
    operations = [one for resource in resources for one in resource.operations]
    models = {model for one in operations for model in _models(one)}
    references, definitions = models_json_schema(
        [(m, "validation") for m in sorted(models, key=str)], ref_template=_SCHEMAS
    )
    schemas: Json = dict(definitions.get("$defs", {}))
    declared = Schemas(schemas)
    body_refs = {model: references[model, "validation"] for model in models}
    paths: dict[str, Json] = {}
    for resource in resources:
        for one in resource.operations:
            described = (
                _rpc(resource, one, body_refs, declared)
                if isinstance(one, Rpc)
                else _operation(resource, cast("Operation", one), body_refs, schemas)
            )
            paths.setdefault(template(one.path), {})[one.method.lower()] = described
    _shape(ProblemJson, schemas)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "onestop",
            "version": "1",
            "summary": "Hệ thống thông tin một cửa điện tử · Electronic one-stop shop",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "tags": [{"name": resource.title} for resource in resources],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "responses": {"Problem": {"description": "Lỗi · Problem (RFC 9457)", "content": _PROBLEM}},
        },
    }


_PROBLEM: Json = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemJson"}}}
_DESCRIPTION = (
    "Lỗi trả về theo RFC 9457 bằng tiếng Việt, hoặc tiếng Anh khi `Accept-Language` ưu tiên. "
    "Đăng nhập tại `/api/v1/auth/login` rồi gửi mã truy cập trong `Authorization: Bearer …`. "
    "Nộp hồ sơ kèm `Idempotency-Key`; xử lý hồ sơ kèm `If-Match` là ETag của hồ sơ.\n\n"
    "Errors are RFC 9457 problems in Vietnamese, or in English when `Accept-Language` prefers it. "
    "Log in at `/api/v1/auth/login` and send the access token as `Authorization: Bearer …`. "
    "A submission carries an `Idempotency-Key`; an action on a case carries `If-Match` with the case's ETag."
)


def template(path: str) -> str:
    """Writes /cases/<ref> as /cases/{ref}."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)


def _operation(resource: Resource, one: Operation, body_refs: Mapping[type[BaseModel], Json], schemas: Json) -> Json:
    described: Json = {
        "operationId": one.name,
        "tags": [resource.title],
        "summary": one.summary,
        "description": " ".join(one.description.split()),
        "parameters": _parameters(one),
        "responses": _responses(one, schemas),
        "security": [] if one.access.anonymous else [{"token": []}],
    }
    if one.access.roles is not None:
        described["x-roles"] = sorted(one.access.roles)
    if one.body is not None:
        described["requestBody"] = _body(parsing.JSON, body_refs[one.body])
    return described


def _models(one: Served) -> list[type[BaseModel]]:
    """Lists the models that describe the JSON body of an operation declared here, or of a hand-written operation."""
    if isinstance(one, Operation):
        return [one.body] if one.body is not None else []
    schema = one.handler.schema if isinstance(one, Rpc) and one.handler else None
    return [schema] if schema is not None else []


def _rpc(resource: Resource, one: Rpc, body_refs: Mapping[type[BaseModel], Json], schemas: Schemas) -> Json:
    """Returns an operation as its proto declares it."""
    binding, by_hand = one.binding, one.handler
    described: Json = {
        "operationId": one.name,
        "tags": [resource.title],
        "summary": one.summary,
        "description": binding.description,
        "parameters": _rpc_parameters(one, schemas),
        "responses": _rpc_responses(one, schemas),
        "security": [] if one.access.anonymous else [{"token": []}],
    }
    if one.access.roles is not None:
        described["x-roles"] = sorted(one.access.roles)
    if by_hand is not None and by_hand.takes:
        described["requestBody"] = _body(by_hand.takes, body_refs[by_hand.schema] if by_hand.schema else {})
    elif binding.takes_json:
        whole = binding.rule.body == "*"
        message = binding.rpc.input_type if whole else message_of(binding.field(binding.rule.body))
        described["requestBody"] = _body(parsing.JSON, schemas.taken(message, binding.in_body))
    return described


def _answer(one: Rpc, schemas: Schemas) -> Json:
    answer = one.binding.answer
    return schemas.given(one.binding.rpc.output_type) if answer is None else schemas.given_field(answer)


def _rpc_parameters(one: Rpc, schemas: Schemas) -> list[Json]:
    binding = one.binding
    in_path = [_in_path(field.name) for field in binding.in_path]
    in_query = [
        _in_query(field.name, schemas.taken_field(field), required=field_of(field).required)
        for field in flat(binding.in_query)
    ]
    call = binding.call
    headers = [{"name": each.name, "in": "header", **HEADERS[each.name]} for each in call.headers]
    if call.if_match:
        header = {**HEADERS["If-Match"], "required": not call.if_match_optional}
        headers.append({"name": "If-Match", "in": "header", **header})
    if one.handler is not None:
        headers += [{"name": name, "in": "header", **HEADERS[name]} for name in one.handler.headers]
    return in_path + in_query + headers


def _rpc_responses(one: Rpc, schemas: Schemas) -> Json:
    binding, by_hand = one.binding, one.handler
    success: Json = {}
    if by_hand is not None and by_hand.gives:
        success["content"] = {by_hand.gives: {"schema": {}}}
    elif binding.status != HTTPStatus.NO_CONTENT:
        success["content"] = {parsing.JSON: {"schema": _answer(one, schemas)}}
    names = [name for name, said in (("Location", binding.call.location), ("ETag", binding.call.etag)) if said]
    names += by_hand.reply_headers if by_hand is not None else ()
    if names:
        success["headers"] = {
            name: {"description": REPLY_HEADERS[name], "schema": {"type": "string"}} for name in names
        }
    also = by_hand.also if by_hand is not None else ()
    answers: Json = {
        str(status): {"description": HTTPStatus(status).phrase, **success} for status in (binding.status, *also)
    }
    for code in _statuses(
        one,
        takes_body=bool(binding.rule.body),
        asks=bool(binding.in_query or binding.call.headers or binding.call.if_match),
        versioned=bool(binding.call.if_match),
        ranged=by_hand is not None and "Range" in by_hand.headers,
    ):
        answers[str(code)] = {"$ref": "#/components/responses/Problem"}
    return answers


def _body(media_type: str, schema: Json) -> Json:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def _parameters(one: Operation) -> list[Json]:
    path = [_in_path(name) for name in re.findall(r"{(\w+)}", template(one.path))]
    return path + _query_parameters(one.query)


def _query_parameters(model: type[BaseModel] | None) -> list[Json]:
    if model is None:
        return []
    schema = model.model_json_schema()
    required = schema.get("required", [])
    return [_in_query(name, part, required=name in required) for name, part in schema.get("properties", {}).items()]


def _in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(name: str, schema: Json, *, required: bool) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": schema.get("description", ""),
        "schema": {key: value for key, value in schema.items() if key not in ("title", "description")},
    }


def _responses(one: Operation, schemas: Json) -> Json:
    success: Json = {"description": HTTPStatus.OK.phrase}
    if isinstance(one.returns, str):
        success["content"] = {one.returns: {"schema": {}}}
    elif one.returns is not None:
        success["content"] = {parsing.JSON: {"schema": _shape(one.returns, schemas)}}
    answers: Json = {"200": success}
    for code in _statuses(one, takes_body=one.body is not None, asks=one.query is not None):
        answers[str(code)] = {"$ref": "#/components/responses/Problem"}
    return answers


def _statuses(one: Served, *, takes_body: bool, asks: bool, versioned: bool = False, ranged: bool = False) -> list[int]:
    """Lists what can go wrong with an operation, by what it takes; any request may have an address or a head that is
    too long."""
    named = "<" in one.path
    found = {414, 429, 431, 500, 503, 504}
    found |= set() if one.access.anonymous else {401, 403}
    found |= {400, 413, 415, 422} if takes_body else set()
    found |= {400} if asks or named else set()
    found |= {404} if named or takes_body else set()
    found |= {409} if one.method != "GET" else set()
    found |= {412, 428} if versioned else set()
    found |= {416} if ranged else set()
    if "login" in one.path or one.path.endswith("/auth/password") or "refresh" in one.path:
        found |= {401}
    return sorted(found)


def _shape(shape: Any, schemas: Json) -> Json:
    """Returns the schema of a shape, its parts moved among the components."""
    schema = TypeAdapter(shape).json_schema(mode="serialization", ref_template=_SCHEMAS)
    for part, described in schema.pop("$defs", {}).items():
        _name(part, described, schemas)
    name = getattr(shape, "__name__", "")
    if not name.endswith("Json"):
        return schema
    _name(name, schema, schemas)
    return {"$ref": _SCHEMAS.format(model=name)}


def _name(name: str, schema: Json, schemas: Json) -> None:
    """Puts a schema among the components; raises ValueError when another has its name."""
    if schemas.setdefault(name, schema) != schema:
        raise ValueError(f"two shapes are called {name}")
