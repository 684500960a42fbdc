"""The annotated copy: the workbook itself, with fills and notes on the cells of the findings."""
