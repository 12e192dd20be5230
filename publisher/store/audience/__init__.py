"""Subscribers: sign-ups, preferences, what came back, and the memory of those who left."""
