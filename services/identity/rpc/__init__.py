"""The gRPC services of identity, a module each."""

import grpc

from services.identity.log_ins.passwords import Passwords
from services.identity.look_ups.context import LookUpContext
from services.identity.rpc import accounts, identity, registers

MODULES = (identity, registers, accounts)
SERVICES = [module.SERVICE for module in MODULES]


def add_to_server(server: grpc.Server, ctx: LookUpContext, passwords: Passwords) -> None:
    """Has the server answer for all of them."""
    identity.add_to_server(identity.Servicer(ctx, passwords), server)
    registers.add_to_server(registers.Servicer(ctx), server)
    accounts.add_to_server(accounts.Servicer(ctx, passwords), server)
