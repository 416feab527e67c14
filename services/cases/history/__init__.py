"""What happened to a case: its chain of entries held against what is stored, and told in words."""
