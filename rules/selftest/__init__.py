"""Errors of each kind put into a workbook in memory, and whether the check sees them."""
