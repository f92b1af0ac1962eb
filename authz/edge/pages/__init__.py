"""The room's pages: templates, and texts per language. How they are rendered is the hub's (``hub.pages``)."""
