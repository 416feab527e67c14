"""Settings of cases."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from services.cases.procedures.folder import FOLDER
from services.common.settings import ServiceSettings


class CasesSettings(ServiceSettings):
    """Where documents answers and where the catalogue is, beside what every service needs."""

    listen: str = "127.0.0.1:7002"
    documents_target: str = "127.0.0.1:7003"
    catalogue_dir: Path = FOLDER
    applicant_ca: Path | None = Field(default=None, description="PEM bundle; unset = signed applications are refused.")
    applicant_crls: Path | None = Field(
        default=None, description="Folder of their revocation lists; unset = whether one was revoked is not asked."
    )
    # For measuring only: accounts file as much as they like, the same application also.
    unmetered: bool = False

    @model_validator(mode="after")
    def _measured_alone(self) -> Self:
        if self.unmetered and self.tls_dir is not None:
            raise ValueError("ONESTOP_UNMETERED is for measuring on one machine, never together with ONESTOP_TLS_DIR")
        return self
