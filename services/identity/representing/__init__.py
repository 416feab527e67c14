"""Whom an account represents: firms, by the business register, as long as it says so."""
