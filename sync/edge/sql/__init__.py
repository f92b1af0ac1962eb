"""Sync's memory in SQL: sources and runs, on SQLite and PostgreSQL alike."""
