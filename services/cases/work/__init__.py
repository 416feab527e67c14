"""Worklists and search, saved filters, and who stands in for whom."""
