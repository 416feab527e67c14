"""The rights of the service on tables of which not every row is its to change; on all other tables it has every
right."""

PRIVILEGES = {
    "notice": "SELECT, INSERT, DELETE",
    "reading": "SELECT, INSERT, DELETE",
    "concerned": "SELECT, INSERT, UPDATE",
}
