"""A second, naive reading of the law, and questions enough to find where it and the engine part."""
