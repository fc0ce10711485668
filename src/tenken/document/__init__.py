"""Text with places: YAML and JSON read into plain trees that remember where every value stood."""
