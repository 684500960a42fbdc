"""The order of work: command line, settings, pipeline."""

VERSION = "0.1.0"  # pyproject.toml says the same; a test compares them
