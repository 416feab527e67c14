"""Counts the time the law gives, and explains it; knows no case."""
