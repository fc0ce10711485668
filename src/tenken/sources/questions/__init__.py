"""Questionnaires that somebody filled in: workbooks, YAML and Markdown."""
