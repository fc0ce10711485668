"""The command line: parses, calls the pipeline, prints. Whatever is slow to import is imported in the command that needs it."""

from tenken.cli.start import main

__all__ = ["main"]
