"""What a case costs, when it falls due, and what was paid."""
