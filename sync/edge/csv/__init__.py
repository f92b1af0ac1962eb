"""Staff lists as files of separated values (RFC 4180, and what spreadsheets make of it)."""
