"""What the service may do to tables of which not every row is its to change; to all others everything."""

PRIVILEGES = {
    "ledger_entry": "SELECT, INSERT",
    "due": "SELECT, INSERT",
    "case_dues": "SELECT, INSERT, UPDATE",
    "payment": "SELECT, INSERT, UPDATE",
    "receipt_number": "SELECT, INSERT, UPDATE",
}
