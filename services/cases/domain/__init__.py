"""The law of a case, pure: no input or output, no clock of its own, no protobuf."""
