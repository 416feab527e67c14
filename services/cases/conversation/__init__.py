"""What applicant and office say to each other on a case."""
