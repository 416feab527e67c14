"""A token names the firms that the business register names its holder for, while it does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from onestop.identity.v1 import identity_service_pb2 as pb

from infra.sandbox.registers import data
from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import PermissionDenied
from services.common.tokens import KeySource, TokenVerifier
from services.identity.conftest import API_KEY, Client, LogIn, LogInAs
from services.identity.core.vault import Vault
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.domain import LevelTooLow
from services.identity.look_ups.register_calls import Connection
from services.identity.look_ups.registers import Business
from services.identity.prefilling.tests.test_usecases import PURPOSE, WANTED
from services.identity.prefilling.usecases import prefill_form
from services.identity.representing.domain import NotRepresented
from services.identity.representing.usecases import represent, with_firms
from services.identity.sessions import usecases as sessions
from services.identity.sessions.usecases import Tokens
from services.identity.signing_keys import usecases as signing

HERS, ANOTHERS = "0314409058-001", "0314409058"


@pytest.fixture
def read(database: Database, vault: Vault) -> Callable[[Tokens], Caller]:
    """Who a pair of tokens speaks for."""

    def read(tokens: Tokens) -> Caller:
        keys = KeySource(lambda: signing.list_signing_keys(database, vault, datetime.now(UTC)))
        return TokenVerifier(keys).verify(tokens.access_token)

    return read


def test_a_firm_taken_up_is_in_the_next_tokens_and_its_cases_are_theirs(
    ctx: LookUpContext, log_in_as: LogInAs, read: Callable[[Tokens], Caller], now: datetime
) -> None:
    tokens = with_firms(ctx, log_in_as("lan", now=now), now)
    lan = read(tokens)
    assert lan.numbers == ("079301000019",)
    assert represent(ctx, lan, tax_code=HERS, now=now).tax_code == HERS
    renewed = sessions.refresh_session(ctx.database, ctx.vault, refresh_token=tokens.refresh_token, now=now)
    assert read(with_firms(ctx, renewed, now)).numbers == ("079301000019", HERS)
    assert read(with_firms(ctx, log_in_as("lan", now=now), now)).firms == (HERS,)
    assert read(with_firms(ctx, log_in_as("hung", now=now), now)).firms == ()


@pytest.mark.parametrize("tax_code", [ANOTHERS, "0314409058-002", "0100112437-005"])
def test_a_firm_the_register_does_not_name_the_caller_for_is_refused(
    ctx: LookUpContext,
    log_in: LogIn,
    log_in_as: LogInAs,
    read: Callable[[Tokens], Caller],
    now: datetime,
    tax_code: str,
) -> None:
    with pytest.raises(NotRepresented):
        represent(ctx, log_in("lan"), tax_code=tax_code, now=now)
    with pytest.raises(LevelTooLow):
        represent(ctx, replace(log_in("lan"), assurance=1), tax_code=HERS, now=now)
    assert read(with_firms(ctx, log_in_as("lan", now=now), now)).firms == ()


def test_a_former_representative_loses_the_firm_when_the_register_is_asked_again(
    ctx: LookUpContext,
    log_in: LogIn,
    log_in_as: LogInAs,
    read: Callable[[Tokens], Caller],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    represent(ctx, log_in("lan"), tax_code=HERS, now=now)
    firm = replace(data.FIRMS[HERS], representative="Trần Văn Hùng", representative_number="001090000001")
    monkeypatch.setattr("infra.sandbox.registers.routes.FIRMS", {**data.FIRMS, HERS: firm})
    assert read(with_firms(ctx, log_in_as("lan", now=now), now)).firms == (HERS,)  # the register's word of just now
    later = now + limits.REPRESENTATION_LIFE
    assert with_firms(ctx, log_in_as("lan", now=now), later).holder.firms == ()
    assert read(with_firms(ctx, log_in_as("lan", now=now), now)).firms == ()  # and it is forgotten


def test_while_the_register_is_away_a_firm_confirmed_long_ago_is_not_named(
    ctx: LookUpContext,
    log_in: LogIn,
    log_in_as: LogInAs,
    read: Callable[[Tokens], Caller],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "REGISTER_ATTEMPTS", 1)
    long_ago = now - limits.REPRESENTATION_LIFE
    represent(ctx, log_in("lan"), tax_code=HERS, now=long_ago)
    nowhere = Connection("http://127.0.0.1:1", API_KEY, "VN-TEST/GOV/H29/MOTCUA")
    away = replace(ctx, registers=replace(ctx.registers, business=Business(nowhere)))
    assert read(with_firms(away, log_in_as("lan", now=now), now)).firms == ()
    assert read(with_firms(ctx, log_in_as("lan", now=now), now)).firms == (HERS,)  # it answers again


def test_a_prefill_for_a_firm_takes_its_representation_up(
    ctx: LookUpContext, log_in: LogIn, log_in_as: LogInAs, read: Callable[[Tokens], Caller], now: datetime
) -> None:
    prefill_form(ctx, log_in("lan"), replace(WANTED, firm=HERS), PURPOSE, now)
    prefill_form(ctx, log_in("lan"), replace(WANTED, firm=ANOTHERS), PURPOSE, now)
    assert read(with_firms(ctx, log_in_as("lan", now=now), now)).firms == (HERS,)


def test_over_grpc_refreshing_names_the_firm(client: Client) -> None:
    pair = client.log_in("lan")
    lan = client.verifier.verify(pair.access_token)
    assert client.call(lan, "RepresentFirm", pb.RepresentFirmRequest(tax_code=HERS)).firm.tax_code == HERS
    with pytest.raises(PermissionDenied) as caught:
        client.call(lan, "RepresentFirm", pb.RepresentFirmRequest(tax_code=ANOTHERS))
    assert caught.value.code == "firm-not-represented"
    renewed = client.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=pair.refresh_token)).tokens
    assert client.verifier.verify(renewed.access_token).firms == (HERS,)
    assert HERS not in repr(client.verifier.verify(renewed.access_token))
