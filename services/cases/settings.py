"""Settings of cases."""

from pathlib import Path

from services.cases.procedures import FOLDER
from services.common.settings import ServiceSettings


class CasesSettings(ServiceSettings):
    """Where documents answers and where the catalogue is, beside what every service needs."""

    listen: str = "127.0.0.1:7002"
    documents_target: str = "127.0.0.1:7003"
    catalogue_dir: Path = FOLDER
