"""The gRPC services of cases, a module each."""

import grpc

from services.cases.calendar import rpc as calendar
from services.cases.case_registers import rpc as books
from services.cases.chains import rpc as chains
from services.cases.conversation import rpc as conversation
from services.cases.core.context import CasesContext
from services.cases.drafts import rpc as drafts
from services.cases.handling.rpc import cases
from services.cases.look_ups import rpc as look_ups
from services.cases.procedures import rpc as catalogue
from services.cases.supplements import rpc as corrections
from services.cases.work.rpc import delegations, filters

MODULES = (
    cases, catalogue, conversation, drafts, books, chains, calendar, corrections, delegations, filters, look_ups,
)  # fmt: skip
SERVICES = [module.SERVICE for module in MODULES]


def add_to_server(server: grpc.Server, ctx: CasesContext) -> None:
    """Has the server answer for all of them."""
    for module in MODULES:
        module.add_to_server(module.Servicer(ctx), server)
