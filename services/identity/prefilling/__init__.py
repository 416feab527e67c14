"""Filling a form from what the registers hold."""
