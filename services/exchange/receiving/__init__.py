"""Packets that come in: collected or pushed, verified, logged and acted on, once."""
