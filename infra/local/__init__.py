"""The whole system on one machine with nothing installed but Python: what `make run` starts."""
