"""Sheets of .xlsx workbooks, whoever wrote them."""
