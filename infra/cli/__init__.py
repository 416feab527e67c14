"""The command `onestop`: run it, look after it, check what it issued. One file per group of commands."""
