"""Who people and firms are: accounts, sessions, tokens, and the registers behind them."""
