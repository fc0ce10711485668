"""The inventory that people write, in YAML or JSON: read, and written."""
