"""Accounts of staff: who keeps whose, and how their holders come to a password."""
