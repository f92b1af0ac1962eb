"""The house rules as tests: what every file, module, route and refusal must obey."""
