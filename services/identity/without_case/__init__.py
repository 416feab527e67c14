"""Look-ups without a case: asked by a worker, confirmed by another, made once."""
