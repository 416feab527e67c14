"""The log as a running process writes it, for as long as a test looks at it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from services.common.telemetry import OURS, configure_logging


@contextmanager
def logging_as_a_process(service: str, level: str) -> Iterator[logging.Handler]:
    """Configures logging as that process does, gives its handler, and puts everything back afterwards.

    In a process the logger of a module keeps what it was configured with when it was first used, to spare the time.
    Here none does, else it would write past whatever a later test listens at.
    """
    root = logging.getLogger()
    handlers, before = root.handlers[:], root.level
    configure_logging(service, level)
    structlog.configure(cache_logger_on_first_use=False)
    yield root.handlers[0]
    root.handlers[:] = handlers
    root.setLevel(before)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()
