"""What asking the registers needs, built once at start."""

from dataclasses import dataclass

from services.common.database import Database
from services.identity.core.vault import Vault
from services.identity.look_ups.cases import Cases
from services.identity.look_ups.registers import Registers


@dataclass(frozen=True, slots=True)
class LookUpContext:
    """What every look-up needs: the record, the pseudonyms of its subjects, the registers, and whose business it is."""

    database: Database
    vault: Vault
    registers: Registers
    cases: Cases
