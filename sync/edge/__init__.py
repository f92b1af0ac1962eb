"""Where lists come from and where sync keeps its memory: CSV, SQL, HTTP, and lines of text for a terminal."""
