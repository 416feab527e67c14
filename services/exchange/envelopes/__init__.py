"""What travels between agencies: packets, written as edXML, signed, read and verified."""
