"""Staff lists: reading, cleaning, planning, stopping, carrying out."""
