"""What clerks, officers and leaders do to a case they handle, from taking it in to returning the result."""
