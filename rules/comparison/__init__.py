"""One workbook against another: last year, its detail, the version before."""
