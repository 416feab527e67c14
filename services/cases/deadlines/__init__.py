"""What the passing of time does to a case, and when it is likely to be decided."""
