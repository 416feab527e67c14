"""Whatever a client sends, the answer is one the OpenAPI document promises: schemathesis, before the fakes."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from gateway.tests.conftest import Backend
from services.common.access import ROLES

# The fakes take any application and answer any question; 412 and 428 are right answers schemathesis does not know.
UNFIT = [checks.positive_data_acceptance, checks.missing_required_header, checks.ignored_auth]


@pytest.mark.slow
def test_every_answer_is_one_the_document_promises(app: Flask, backend: Backend) -> None:
    headers = {"Authorization": f"Bearer {backend.token(*ROLES)}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 35
    for operation in operations:
        _probe(operation, headers)


def _probe(operation: Any, headers: dict[str, str]) -> None:
    unread = operation.label in ("POST /api/v1/cases", "POST /api/v1/cases/check")
    excluded = [*UNFIT, *([checks.negative_data_rejection] if unread else [])]
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(operation.as_strategy() | wrong)
    def probe(case: Any) -> None:
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    probe()
