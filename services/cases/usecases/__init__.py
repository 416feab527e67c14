"""What can be done with cases; one function is one transaction."""
