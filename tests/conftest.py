"""What all tests share."""

pytest_plugins = ["tests.wordpress.fixtures", "tests.hostile.table"]
