"""Deadlines: the effects of passing time on a case, and when it is likely to be decided."""
