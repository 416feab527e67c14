"""Signatures of PDF files, verified."""
