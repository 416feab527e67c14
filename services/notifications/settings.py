"""Settings of notifications."""

from services.common.settings import ServiceSettings


class NotificationsSettings(ServiceSettings):
    """Nothing beside what every service needs."""

    listen: str = "127.0.0.1:7006"
