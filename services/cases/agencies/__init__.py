"""Agencies outside: consulted about a case, or handling it."""
