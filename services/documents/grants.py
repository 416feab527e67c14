"""The rights of the service on tables of which not every row is its to change; on all other tables it has every
right."""

PRIVILEGES = {
    "papers": "SELECT, INSERT",
    "paper_accesses": "SELECT, INSERT",
    "handovers": "SELECT, INSERT",
    "paper_numbers": "SELECT, INSERT, UPDATE",
}
