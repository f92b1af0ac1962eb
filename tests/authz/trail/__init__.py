"""Tests of the audit trail on real files."""
