"""Every SQL statement of cases, a module a kind of thing."""
