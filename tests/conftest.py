"""What all tests share."""

import os

pytest_plugins = ["tests.hub.fixtures", "tests.wordpress.fixtures", "tests.hostile.table"]
# What takes minutes is for .ci/long.
collect_ignore = [] if os.environ.get("PRESSCORPUS_LONG") else ["long"]
