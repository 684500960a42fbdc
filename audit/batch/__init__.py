"""Many workbooks in one run: a report for each, one overview over all."""
