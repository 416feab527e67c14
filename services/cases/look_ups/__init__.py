"""Whether asking a register about somebody is the caller's business."""
