"""The core that the stories of exchange share: the agencies, the log of messages, the axis."""
