"""RVTools: workbooks, and folders of CSV files."""
