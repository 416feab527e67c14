"""What people hand in: read, checked against its procedure, every fault named in one answer."""
