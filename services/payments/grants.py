"""The rights of the service on tables of which not every row is its to change; on all other tables it has every
right."""

PRIVILEGES = {
    "ledger_entry": "SELECT, INSERT",
    "due": "SELECT, INSERT",
    "case_dues": "SELECT, INSERT, UPDATE",
    "payment": "SELECT, INSERT, UPDATE",
    "receipt_number": "SELECT, INSERT, UPDATE",
}
