"""Samples and stand-ins that the tests of every story share."""
