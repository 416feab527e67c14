"""The conversation of applicant and agency on a case."""
