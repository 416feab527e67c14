"""What the service may do to tables of which not every row is its to change; to all others everything."""

PRIVILEGES = {
    "message": "SELECT, INSERT",
    "delivery": "SELECT, INSERT, UPDATE",
    "dispatch": "SELECT, INSERT, UPDATE",
    "document_number": "SELECT, INSERT, UPDATE",
}
