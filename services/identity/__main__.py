"""Composition root of identity: `python -m services.identity`."""

from datetime import UTC, datetime
from functools import partial

from services.common.database import Database
from services.common.ended_sessions import EndedSessions
from services.common.process import App, every, main
from services.common.rpc import build_server, open_channel
from services.common.tokens import KeySource, TokenVerifier
from services.identity.core.vault import Vault
from services.identity.log_ins.passwords import Passwords
from services.identity.log_ins.usecases import forget_old_tries
from services.identity.look_ups.cases import CasesOverGrpc
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.register_calls import Connection
from services.identity.look_ups.registers import PAPER_REGISTERS, Business, PaperRegister, Population, Registers
from services.identity.rpc import SERVICES, add_to_server
from services.identity.sessions.usecases import forget_old_sessions, list_ended
from services.identity.settings import IdentitySettings
from services.identity.signing_keys.usecases import list_signing_keys

SWEEP_SECONDS = 3600


def build(settings: IdentitySettings) -> App:
    """Builds identity, ready to run."""
    database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool, name="identity")
    vault = Vault.at(settings.key_dir)
    api_key = settings.registers_api_key.get_secret_value()
    population = Connection(settings.population_url, api_key, settings.xroad_client)
    business = Connection(settings.business_url, api_key, settings.xroad_client)
    paper_urls = {"driving_licence": settings.driving_licences_url, "health": settings.health_records_url}
    connected = {name: Connection(url, api_key, settings.xroad_client) for name, url in paper_urls.items() if url}
    papers = {name: PaperRegister(each, PAPER_REGISTERS[name]) for name, each in connected.items()}
    cases = open_channel(settings.cases_target, settings.tls_dir)
    registers = Registers(Population(population), Business(business), settings.agency, papers)
    ctx = LookUpContext(database, vault, registers, CasesOverGrpc(cases))
    keys = KeySource(lambda: list_signing_keys(database, vault, datetime.now(UTC)))
    ended = EndedSessions(lambda since: list_ended(database, since, datetime.now(UTC)))
    server = build_server(
        settings,
        add=partial(add_to_server, ctx=ctx, passwords=Passwords()),
        services=SERVICES,
        authenticate=TokenVerifier(keys, ended).verify,
    )
    sweep = every("forget old sessions", SWEEP_SECONDS, lambda: forget(database, datetime.now(UTC)))
    connections = (population, business, *connected.values())
    return App("identity", server, [sweep], [*(each.close for each in connections), cases.close, database.close])


def forget(database: Database, now: datetime) -> None:
    """Drops what nobody needs any more of sessions and of tries at logging in."""
    forget_old_sessions(database, now)
    forget_old_tries(database, now)


if __name__ == "__main__":
    main("identity", IdentitySettings, build)
