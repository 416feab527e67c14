"""The rights of the service on tables of which not every row is its to change; on all other tables it has every
right."""

PRIVILEGES = {
    "look_ups": "SELECT, INSERT, UPDATE (outcome, closed_at)",
    "look_up_requests": "SELECT, INSERT, UPDATE (confirmed_by, confirmed_by_name, confirmed_at, used_at)",
    "signing_keys": "SELECT, INSERT, UPDATE",
}
