"""Settings of documents."""

from pathlib import Path

from pydantic import Field, SecretStr

from services.common.settings import ServiceSettings


class DocumentsSettings(ServiceSettings):
    """Where bytes are kept and scanned, and what papers are sealed with, beside what every service needs."""

    listen: str = "127.0.0.1:7003"
    # Uploads hold a worker each while they last.
    grpc_workers: int = 16
    s3_url: str = Field(pattern=r"^https?://[^/\s]+/?$")
    s3_access_key: str = Field(min_length=1)
    s3_secret_key: SecretStr = Field(min_length=1)
    s3_bucket: str = Field(default="onestop-documents", pattern=r"^[a-z0-9][a-z0-9.-]{2,62}$")
    clamd: str = Field(pattern=r"^\S+:\d+$")
    seal_dir: Path
    public_url: str = Field(pattern=r"^https?://\S+$")
    # A folder with Times New Roman (NĐ 30/2020), which cannot be shipped; without it its metric twin is used.
    font_dir: Path | None = None
