"""Procedures: their files, versions and publication, and the tools of their authors."""
