"""Asking the applicant for what is missing or wrong, and what the answer changed."""
