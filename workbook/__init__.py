"""The Pod Workbook."""
