"""What is true of staff lists: how rows are cleaned, what a list means against what is held, when to stop."""
