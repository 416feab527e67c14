"""The dues of a case, and what is taken or handed back at the counter."""
