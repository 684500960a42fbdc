"""Tests of the reports, on made-up audits."""
