"""The rules of identity, pure: numbers, accounts, signing keys, look-ups."""
