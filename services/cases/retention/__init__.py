"""How long what a case holds is kept: holds and disposal."""
