"""Envelopes: packets between agencies, written as edXML, signed, read and verified."""
