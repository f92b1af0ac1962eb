"""Where the federation meets the outside world: HTTP, SQL, JOSE, key files."""
