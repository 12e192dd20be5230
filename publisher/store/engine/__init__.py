"""What SQLite and PostgreSQL need: connections, column types, compiled statements, complaints, who is at work."""
