"""The control slip, papers issued again, and what documents reports of papers."""
