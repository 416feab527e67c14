"""Settings of notifications."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from services.common.settings import ServiceSettings
from services.notifications.deliveries.mail import Mail, Security


class NotificationsSettings(ServiceSettings):
    """The mail server notices go out by, beside what every service needs; without a host none goes by mail."""

    listen: str = "127.0.0.1:7006"
    public_url: str = Field(default="http://127.0.0.1:8080", description="Where people look at their case.")
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_tls: Security = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_ca: Path | None = None
    mail_from: str = Field(default="", pattern=r"^([^@\s<>\",;]+@[A-Za-z0-9.-]+)?$")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.smtp_host and not self.mail_from:
            raise ValueError("ONESTOP_MAIL_FROM must be set where ONESTOP_SMTP_HOST is")
        return self

    def mail(self) -> Mail | None:
        """Returns the mail server, None where there is none."""
        if not self.smtp_host:
            return None
        return Mail(
            self.smtp_host,
            self.smtp_port,
            self.smtp_tls,
            self.mail_from,
            self.smtp_user,
            self.smtp_password.get_secret_value(),
            self.smtp_ca,
        )
