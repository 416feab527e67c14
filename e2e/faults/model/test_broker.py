"""The broker in memory keeps the contract that both real transports keep."""

import pytest

from e2e.faults.model.broker import MemoryBroker
from services.common.messaging.transport import Transport
from services.common.tests.transport_contract import TransportContract


class TestMemoryBroker(TransportContract):
    @pytest.fixture
    def transport(self) -> Transport:
        return MemoryBroker()

    @pytest.fixture
    def unique_name(self) -> str:
        return "any"
