"""Diagnostics for other programs: as JSON, as SARIF for code scanning, and as annotations of GitHub's workflows."""
