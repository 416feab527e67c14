"""Papers on their way to an agency outside, and its result on the way back."""
