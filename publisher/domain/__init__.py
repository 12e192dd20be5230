"""Plain data and pure functions: what an announcement is, and what may become of it."""
