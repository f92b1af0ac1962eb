"""What can be done with the directory, one verb per file. The facade ``Directory`` joins them."""
