"""What a report is written as: one module a format, each a pure function of the report."""
