"""What is true about the directory: entries, changes of them, the read model, which assignments count. No I/O."""
