"""What cases answers over gRPC: a module a service, each with its own access table."""

import grpc

from services.cases.rpc import (
    books,
    calendar,
    cases,
    catalogue,
    chains,
    conversation,
    corrections,
    delegations,
    drafts,
    filters,
    look_ups,
    papers,
    retention,
    steps,
)
from services.cases.usecases.office import CasesContext
from services.common.access import AccessTable

MODULES = (
    cases, steps, catalogue, conversation, drafts, papers, books, retention, chains, calendar, corrections, delegations,
    filters, look_ups,
)  # fmt: skip
SERVICES = [module.SERVICE for module in MODULES]
ACCESS: AccessTable = {name: rule for module in MODULES for name, rule in module.ACCESS.items()}


def add_to_server(server: grpc.Server, ctx: CasesContext) -> None:
    """Has the server answer for all of them."""
    for module in MODULES:
        module.add_to_server(module.Servicer(ctx), server)
