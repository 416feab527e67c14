"""Cases sent to agencies outside: their papers collected, the envelope written, the result taken in."""
