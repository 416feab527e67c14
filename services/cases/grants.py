"""The rights of the service on tables of which not every row is its to change; on all other tables it has every
right."""

PRIVILEGES = {
    "history": "SELECT, INSERT",
    "submissions": "SELECT, INSERT",
    "calendar_changes": "SELECT, INSERT",
    "outages": "SELECT, INSERT",
    "procedure_versions": "SELECT, INSERT, DELETE",
    "cases": "SELECT, INSERT, UPDATE",
    "counters": "SELECT, INSERT, UPDATE",
    "register_lines": "SELECT, INSERT, UPDATE",
    "applications": "SELECT, INSERT, UPDATE (content, form)",
    "case_messages": "SELECT, INSERT, UPDATE (text, salt, read_at, read_by)",
    "delegations": "SELECT, INSERT, UPDATE (ended_at, ended_by)",
}
