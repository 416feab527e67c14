"""Settings of payments."""

from pydantic import Field, SecretStr

from services.common.settings import ServiceSettings
from services.payments.attempts.vnpay import Merchant


class PaymentsSettings(ServiceSettings):
    """Our account at VNPAY, beside what every service needs."""

    listen: str = "127.0.0.1:7004"
    vnpay_url: str = Field(pattern=r"^https?://\S+[^/]$")
    # Where the service itself asks, when that differs from where payers go; empty = the same.
    vnpay_api_url: str = ""
    vnpay_tmn_code: str = Field(min_length=1)
    vnpay_secret: SecretStr = Field(min_length=1)

    def merchant(self) -> Merchant:
        return Merchant(
            tmn_code=self.vnpay_tmn_code,
            secret=self.vnpay_secret.get_secret_value(),
            page_url=self.vnpay_url,
            api_url=self.vnpay_api_url or self.vnpay_url,
        )
