"""Every test may ask for real backing services; see services/common/testing."""

pytest_plugins = ("services.common.testing.plugin", "services.common.testing.parallel", "pytester")
