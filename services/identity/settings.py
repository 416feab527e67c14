"""Settings of identity."""

from pathlib import Path

from pydantic import Field, SecretStr

from services.common.settings import ServiceSettings


class IdentitySettings(ServiceSettings):
    """The registers and the master key, beside what every service needs."""

    listen: str = "127.0.0.1:7001"
    cases_target: str = "127.0.0.1:7002"
    key_dir: Path = Field(description="Holds master.key; made at the first start where the folder may be written.")
    population_url: str = Field(pattern=r"^https?://\S+$")
    business_url: str = Field(pattern=r"^https?://\S+$")
    driving_licences_url: str = Field(default="", pattern=r"^(https?://\S+)?$", description="Empty = not connected.")
    health_records_url: str = Field(default="", pattern=r"^(https?://\S+)?$", description="Empty = not connected.")
    registers_api_key: SecretStr = Field(min_length=1)
    xroad_client: str = Field(default="VN-TEST/GOV/H29/MOTCUA", pattern=r"^[^/\s]+(/[^/\s]+){3}$")
    agency: str = Field(default="H29", description="The agency we ask the registers as for a citizen.")
