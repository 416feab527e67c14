"""Looking somebody up without a case: asked by one, confirmed by another, made once."""
