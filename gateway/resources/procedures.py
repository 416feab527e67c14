"""The catalogue of procedures, and what the registers already know for a form."""

import orjson
from onestop.cases.v1 import cases_service_pb2 as cases_pb
from onestop.documents.v1 import store_service_pb2 as store_pb
from onestop.identity.v1 import identity_service_pb2 as identity_pb
from onestop.identity.v1 import registers_service_pb2 as registers_pb

from gateway import prefill
from gateway.routing import Resource
from gateway.shapes.procedures import CounterPrefill, PrefillJson, PrefillQuery
from gateway.state import clients
from services.common.access import CITIZEN, CLERK, roles

resource = Resource("procedures", "Thủ tục · Procedures")


@resource.operation(
    "GET",
    "/procedures/<code>/prefill",
    access=roles(CITIZEN),
    summary="Điền sẵn · Prefill",
    query=PrefillQuery,
    returns=PrefillJson,
)
def prefill_form(code: str, query: PrefillQuery) -> PrefillJson:
    """The calling citizen's application as far as the registers can fill it, and the papers of their own store that
    can be handed in with it, once they consent; for a firm, whether they represent it. The look-up is logged.
    """
    procedure = orjson.loads(clients().cases.GetProcedure(cases_pb.GetProcedureRequest(code=code)).procedure)
    asked = identity_pb.PrefillRequest(
        fields=prefill.wanted(procedure),
        purpose=prefill.purpose(procedure),
        code=code,
        papers=prefill.paper_sources(procedure),
        firm=query.firm,
    )
    given = clients().identity.Prefill(asked)
    kept = store_pb.ListStoredPapersRequest(paper_codes=prefill.paper_codes(procedure), usable=True)
    stored = clients().store.ListStoredPapers(kept)
    return prefill.filled(procedure, given, stored.papers, query.firm)


@resource.operation(
    "POST",
    "/procedures/<code>/prefill",
    access=roles(CLERK),
    summary="Điền sẵn tại quầy · Prefill at the counter",
    body=CounterPrefill,
    returns=PrefillJson,
)
def prefill_at_counter(code: str, body: CounterPrefill) -> PrefillJson:
    """The application of whoever stands at the counter, as far as the registers can fill that procedure's form. They
    see in their own account who asked, and why. Their own store stays closed, and no paper is confirmed.
    """
    procedure = orjson.loads(clients().cases.GetProcedure(cases_pb.GetProcedureRequest(code=code)).procedure)
    asked = registers_pb.PrefillAtCounterRequest(code=code, personal_number=body.personal_number, purpose=body.purpose)
    given = clients().registers.PrefillAtCounter(asked)
    return prefill.filled(procedure, identity_pb.PrefillResponse(values=given.values, receipt=given.receipt), [])
