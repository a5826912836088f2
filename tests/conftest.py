"""What all tests share."""

pytest_plugins = ["tests.hub.fixtures", "tests.wordpress.fixtures", "tests.hostile.table"]
