"""Settings of exchange."""

from pathlib import Path

from pydantic import Field

from services.common.settings import ServiceSettings


class ExchangeSettings(ServiceSettings):
    """The document axis, our agencies' keys and where documents answers, beside what every service needs."""

    listen: str = "127.0.0.1:7005"
    documents_target: str = "127.0.0.1:7003"
    axis_url: str = Field(pattern=r"^https?://\S+$")
    # `<agency>.key.pem` and `<agency>.crt.pem` of each agency with an office, `ca.crt.pem` to trust.
    exchange_dir: Path
    agencies_file: Path = Path(__file__).parent / "agencies.yaml"
    # Seconds between looks at the inboxes, and at what is due to be sent.
    poll_seconds: float = Field(default=2.0, gt=0)
    send_seconds: float = Field(default=0.5, gt=0)
