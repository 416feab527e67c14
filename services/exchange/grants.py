"""The rights of the service on tables of which not every row is its to change; on all other tables it has every
right."""

PRIVILEGES = {
    "message": "SELECT, INSERT",
    "delivery": "SELECT, INSERT, UPDATE",
    "dispatch": "SELECT, INSERT, UPDATE",
    "document_number": "SELECT, INSERT, UPDATE",
}
