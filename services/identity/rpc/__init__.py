"""What identity answers over gRPC: a module a service, each with its own access table."""

import grpc

from services.common.access import AccessTable
from services.identity.passwords import Passwords
from services.identity.rpc import identity, registers
from services.identity.usecases.look_ups import Desk

MODULES = (identity, registers)
SERVICES = [module.SERVICE for module in MODULES]
ACCESS: AccessTable = {name: rule for module in MODULES for name, rule in module.ACCESS.items()}


def add_to_server(server: grpc.Server, desk: Desk, passwords: Passwords) -> None:
    """Has the server answer for all of them."""
    identity.add_to_server(identity.Servicer(desk, passwords), server)
    registers.add_to_server(registers.Servicer(desk), server)
