"""What all fakes share: what they were asked, and the case they speak of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from google.protobuf.message import Message

from services.common import context as acting
from services.common.context import Caller, Trace
from services.common.moments import timestamp

REF = "H29.001.00-260105-0001"
SLOW_REF = "H29.001.00-260105-0002"
WHEN = "2026-01-05T01:00:00.000000Z"
AT = timestamp(datetime.fromisoformat(WHEN))


@dataclass
class Call:
    """One call as the service saw it."""

    request: Any
    caller: Caller | None
    trace: Trace
    address: str = ""


@dataclass
class Asked:
    """What the fakes were asked, by the name of the RPC or of the command."""

    calls: dict[str, list[Call]] = field(default_factory=dict)

    def note(self, request: Message, address: str = "", name: str = "") -> None:
        name = name or type(request).__name__.removesuffix("Request")
        self.calls.setdefault(name, []).append(Call(request, acting.caller_or_none(), acting.trace(), address))

    def last(self, name: str) -> Any:
        return self.calls[name][-1].request

    def last_call(self, name: str) -> Call:
        return self.calls[name][-1]
