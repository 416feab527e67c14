"""Registers of cases: sealed volumes, or read out as they stand."""
