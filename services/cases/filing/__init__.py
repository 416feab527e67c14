"""Filing an application, and checking what filing it would say."""
