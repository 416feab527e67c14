"""Our packets: a consultation asked, and whatever is due handed to the axis."""
