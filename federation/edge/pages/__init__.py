"""The federation's pages: templates and texts. Rendered by the house's own function (the hub), which finds them here."""
