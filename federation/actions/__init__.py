"""What can be done at the federation's desk: one verb per file."""
