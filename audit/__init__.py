"""The order of work: command line, settings, pipeline."""
