"""Settings of the gateway."""

from pydantic import Field

from services.common.settings import Settings


class GatewaySettings(Settings):
    """Where the gateway listens, whom it calls and how much it takes."""

    listen: str = "127.0.0.1:8080"
    public_url: str = Field(default="http://127.0.0.1:8080", description="Address people reach this gateway at.")
    identity_target: str = "127.0.0.1:7001"
    cases_target: str = "127.0.0.1:7002"
    documents_target: str = "127.0.0.1:7003"
    payments_target: str = "127.0.0.1:7004"
    exchange_target: str = "127.0.0.1:7005"
    notifications_target: str = "127.0.0.1:7006"
    demo: bool = False
    web_workers: int = 1
    web_threads: int = 16
    rate_per_second: float = Field(default=50.0, gt=0, description="Requests a second per caller and worker.")
    rate_burst: int = Field(default=100, gt=0)
    trusted_proxies: int = Field(default=0, ge=0, description="Proxies in front whose X-Forwarded-For is believed.")
