"""Which fees (phí, lệ phí) of a case have fallen due, and which are paid."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import FeeState
from services.cases.core.domain.procedure_parts import DueFee, FeeMoment


def fee_state(fees: Iterable[DueFee]) -> FeeState:
    """Works out where the case stands with the fees that have fallen due."""
    states = {fee.state for fee in fees}
    return "open" if "open" in states else "paid" if "paid" in states else "none"


def falling_due(case: Case, moment: FeeMoment) -> tuple[DueFee, ...]:
    """Returns the fees that have yet to fall due at that moment of the case."""
    return tuple(fee for fee in case.fees if fee.state == "later" and fee.due == moment)


def charge(case: Case, fees: Collection[DueFee]) -> Case:
    """Returns the case with these fees open."""
    if not fees:
        return case
    codes = {fee.code for fee in fees}
    charged = tuple(replace(fee, state="open") if fee.code in codes else fee for fee in case.fees)
    return evolve(case, fees=charged, fee_state="open")


def settle(case: Case, codes: Collection[str]) -> Case:
    """Marks these fees of the case as paid; an empty list means all open fees, as payments said before fees could come
    later."""
    if case.fee_state == "paid":
        return case
    paid = tuple(
        replace(fee, state="paid") if fee.state == "open" and (not codes or fee.code in codes) else fee
        for fee in case.fees
    )
    state = fee_state(paid)
    return evolve(case, fees=paid, fee_state="paid" if state == "none" and not refunded(case) else state)


def refund(case: Case) -> Case:
    """Marks the fees that were paid as handed back."""
    # Stored before each fee had a state of its own, one is open where the case says that all is paid.
    paid = {"paid", "open"} if case.fee_state == "paid" else {"paid"}
    back = tuple(replace(fee, state="refunded") if fee.state in paid else fee for fee in case.fees)
    return evolve(case, fees=back, fee_state=fee_state(back))


def refunded(case: Case) -> tuple[DueFee, ...]:
    """Lists the fees that were handed back and are owed again if the case goes on."""
    return tuple(fee for fee in case.fees if fee.state == "refunded")


def newly_open(before: Case, after: Case) -> tuple[DueFee, ...]:
    """Lists the fees that a change made payable."""
    if before.fees is after.fees:
        return ()
    open_before = {fee.code for fee in before.fees if fee.state == "open"}
    return tuple(fee for fee in after.fees if fee.state == "open" and fee.code not in open_before)
