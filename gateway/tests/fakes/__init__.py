"""Small services that answer for real over gRPC: they remember what they were asked and keep what they were given."""
