"""The orders the stand-in knows, and what became of each."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import count

GMT7 = timezone(timedelta(hours=7))
# What the payer may choose: vnp_ResponseCode and vnp_TransactionStatus.
CHOICES = {"pay": ("00", "00"), "cancel": ("24", "02"), "suspicious": ("07", "07")}
UNFINISHED = "01"


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a merchant. `amount` as VNPAY has it: VND times 100."""

    txn_ref: str
    amount: str
    info: str
    created: str
    response: str = ""
    status: str = UNFINISHED
    transaction_no: str = "0"
    pay_date: str = ""
    refunded: int = 0

    @property
    def is_paid(self) -> bool:
        return self.status == "00"

    def report(self, tmn_code: str) -> dict[str, str]:
        """Returns what notice and return say of the order, unsigned."""
        return {
            "vnp_Amount": self.amount,
            "vnp_BankCode": "NCB",
            "vnp_BankTranNo": f"VNP{self.transaction_no}" if self.transaction_no != "0" else "",
            "vnp_CardType": "ATM",
            "vnp_OrderInfo": self.info,
            "vnp_PayDate": self.pay_date,
            "vnp_ResponseCode": self.response,
            "vnp_TmnCode": tmn_code,
            "vnp_TransactionNo": self.transaction_no,
            "vnp_TransactionStatus": self.status,
            "vnp_TxnRef": self.txn_ref,
        }


class Orders:
    """All orders, shared by the threads of the server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: dict[str, Order] = {}
        # Seconds since the epoch: numbers do not repeat when the process starts again.
        self._numbers = count(int(datetime.now(GMT7).timestamp()))

    def get(self, txn_ref: str) -> Order | None:
        return self._orders.get(txn_ref)

    def opened(self, order: Order) -> Order:
        """Finds the order of that number; keeps the given order when it is new."""
        with self._lock:
            return self._orders.setdefault(order.txn_ref, order)

    def choose(self, txn_ref: str, choice: str) -> Order:
        """Records what the payer chose; an order paid already stays as it is."""
        response, status = CHOICES[choice]
        pay_date = datetime.now(GMT7).strftime("%Y%m%d%H%M%S")

        def chosen(order: Order) -> Order:
            if order.is_paid:
                return order
            number = "0" if choice == "cancel" else str(next(self._numbers))
            return replace(order, response=response, status=status, transaction_no=number, pay_date=pay_date)

        return self._change(txn_ref, chosen)

    def refund(self, txn_ref: str, amount: int) -> bool:
        """Takes `amount` back from a paid order; False when there is not that much left of it."""
        done = False

        def refunded(order: Order) -> Order:
            nonlocal done
            done = order.is_paid and 0 < amount <= int(order.amount) - order.refunded
            return replace(order, refunded=order.refunded + amount) if done else order

        self._change(txn_ref, refunded)
        return done

    def _change(self, txn_ref: str, change: Callable[[Order], Order]) -> Order:
        with self._lock:
            self._orders[txn_ref] = change(self._orders[txn_ref])
            return self._orders[txn_ref]
