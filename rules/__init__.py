"""Tables in; relations, ledger, verdicts, findings and diagnoses out. Pure: no files, no clock."""
