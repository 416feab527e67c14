"""Real cases driven from outside, as a citizen, a clerk, an officer and another agency would."""
