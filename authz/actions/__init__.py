"""What can be done with decisions and registers: one verb per file."""
