"""The house's look: rendering, languages, accessibility."""
