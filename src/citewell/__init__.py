"""Citewell: a static site generator for explainers that readers can check."""

__version__ = "0.1.0"
