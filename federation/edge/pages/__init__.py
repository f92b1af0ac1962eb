"""The federation's pages: templates and texts. The hub's ``render`` finds them here."""
