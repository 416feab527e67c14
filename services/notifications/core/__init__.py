"""The core that the stories of notifications share: a notice, the words it is told in, and where notices are kept."""
