"""The federation over HTTP: OpenID Connect and OAuth endpoints."""
