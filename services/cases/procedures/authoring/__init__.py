"""Procedures as data: reading, checking, comparing and trying out the files in which authors write them."""
