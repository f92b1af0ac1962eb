"""The directory on a real slapd: what stands in the tree, who may see it, and what happens when the server fails."""
