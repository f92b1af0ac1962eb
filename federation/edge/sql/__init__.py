"""The federation in SQL: SQLite or PostgreSQL."""
