"""Signatures over applications, and certificates taken back."""
