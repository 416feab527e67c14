"""Papers: ordered by a case, printed, sealed, listed and checked."""
