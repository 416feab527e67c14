"""Paying online: attempts to pay, the provider's notices, and what it is asked."""
