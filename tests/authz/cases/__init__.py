"""Decision cases as data, one file per area over one shared world, and the reader that holds us to their form."""
