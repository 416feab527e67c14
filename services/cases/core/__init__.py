"""The core that every story shares: a case, the table of actions, and how an action is applied and stored."""
