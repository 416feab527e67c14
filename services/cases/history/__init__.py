"""The history of a case: its chain of entries held against what is stored, and put into words."""
