"""The journal, the ledger of ids and the sealed personal numbers, in SQLite or PostgreSQL."""
