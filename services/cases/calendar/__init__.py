"""Which days are working days, and what administrators decide about them."""
