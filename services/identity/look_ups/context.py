"""Shared dependencies of look-ups, built once at start."""

from dataclasses import dataclass

from services.common.database import Database
from services.identity.core.vault import Vault
from services.identity.look_ups.cases import Cases
from services.identity.look_ups.registers import Registers


@dataclass(frozen=True, slots=True)
class LookUpContext:
    """Dependencies of every look-up: the record, the pseudonyms of its subjects, the registers, and whose business it
    is."""

    database: Database
    vault: Vault
    registers: Registers
    cases: Cases
