"""The law, rule by rule, and how rules combine."""
