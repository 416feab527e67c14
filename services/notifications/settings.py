"""Settings of notifications."""

from services.common.settings import ServiceSettings


class NotificationsSettings(ServiceSettings):
    """What every service needs, and nothing else so far."""

    listen: str = "127.0.0.1:7006"
