"""Tables in, relations, ledger, verdicts, findings and diagnoses out: pure, no files, no clock, no printing."""
