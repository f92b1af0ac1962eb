"""The life of an emergency access: registered by the reader, ended by her, and reviewed by somebody else."""
