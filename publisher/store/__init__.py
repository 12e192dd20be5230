"""What is kept: one database, SQLite or PostgreSQL, behind the ports of `publisher.ports.store`."""
