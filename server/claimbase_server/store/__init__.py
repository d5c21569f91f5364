"""Where claims are kept: the protocol in base, SQLite and PostgreSQL behind it."""
