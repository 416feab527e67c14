"""Tries a procedure out: walks every way a case can take, through the real engine, with a clock of its own."""
