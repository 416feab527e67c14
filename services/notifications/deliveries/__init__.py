"""Notices taken to people over channels outside the system: mail (thư điện tử)."""
