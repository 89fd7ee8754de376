"""Processes that tests start."""

import os

UNMEASURED = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
"""The environment of those that take long enough without being measured: other tests run the same lines."""
