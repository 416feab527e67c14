"""Every test may ask for real backing services; see services/common/testing."""

pytest_plugins = ("services.common.testing.plugin", "pytester")
