"""Staff lists over HTTP: `/api/v1/sync`."""
