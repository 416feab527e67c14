"""What every story shares: a case, the table of what may happen to it, and how an action is applied and stored."""
