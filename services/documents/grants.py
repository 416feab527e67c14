"""What the service may do to tables of which not every row is its to change; to all others everything."""

PRIVILEGES = {
    "papers": "SELECT, INSERT",
    "paper_accesses": "SELECT, INSERT",
    "handovers": "SELECT, INSERT",
    "paper_numbers": "SELECT, INSERT, UPDATE",
}
