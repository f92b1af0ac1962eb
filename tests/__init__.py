"""The suite. Mirrors the rooms; then what runs across them: contracts, flows, scenarios, attacks, architecture."""
