"""The core that the stories of documents share: the object store, and who may see what is kept there."""
