"""Handling: the work of clerks, officers and leaders on a case, from taking it in to returning the result."""
