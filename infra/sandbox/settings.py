"""Settings of the sandbox: the same secrets the services are given, from the other side."""

from pathlib import Path

from pydantic import Field, SecretStr

from services.common.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


class SandboxSettings(Settings):
    """Where the stand-ins listen, and what they share with those who call them."""

    listen: str = "127.0.0.1:7090"
    clamd: str = "127.0.0.1:7091"
    smtp: str = "127.0.0.1:7092"
    public_url: str = Field(default="http://127.0.0.1:8080", description="The gateway, where notices are sent.")
    registers_api_key: SecretStr = Field(min_length=1)
    vnpay_tmn_code: str = Field(default="ONESTOP1", min_length=1)
    vnpay_secret: SecretStr = Field(min_length=1)
    agencies_file: Path = ROOT / "services" / "exchange" / "agencies.yaml"
    exchange_dir: Path | None = Field(default=None, description="Keys and certificates per agency, CA to trust.")
