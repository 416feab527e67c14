"""Who works with whom, and which accounts are workers' at all."""
