"""Cases as protobuf: the events published and what callers are shown."""
