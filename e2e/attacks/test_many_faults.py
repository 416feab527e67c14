"""An application in which everything is wrong is answered with what is wrong, not with a limit of the wires inside."""

from uuid import uuid4

import orjson
import pytest

from e2e.client import Client, Refused
from e2e.conftest import System
from e2e.journeys import birth
from services.common import limits

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_hundred_wrong_fields_are_told_as_far_as_they_can_be_read(system: System) -> None:
    lan = Client(system.base_url).log_in("lan")
    application = orjson.loads(birth.application(lan))
    application["form"] |= {f"không có mục {number}": "x" for number in range(100)}
    with pytest.raises(Refused) as refusal:
        lan.submit(orjson.dumps(application), str(uuid4()))
    assert refusal.value.status == 400
    *shown, last = refusal.value.problem["errors"]
    assert len(shown) == limits.PROBLEM_FIELDS
    assert last["code"] == "more"
    assert last["detail"].startswith("And ")


def test_an_address_or_a_name_of_any_length_is_not_said_back_whole(system: System) -> None:
    lan = Client(system.base_url).log_in("lan")
    application = orjson.loads(birth.application(lan)) | {"procedure": "9" * 200_000}
    with pytest.raises(Refused) as refusal:
        lan.submit(orjson.dumps(application), str(uuid4()))
    assert refusal.value.status in (400, 404)
    assert len(orjson.dumps(refusal.value.problem)) < 2 * limits.PROBLEM_BYTES
