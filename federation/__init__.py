"""Federation: who is logged in, for which client, and whether a token still stands.

OpenID Connect and OAuth 2.0 for employees and applications. Not who may see what (authz), nor who is employed (the
directory): both are asked, never known, here.
"""
