"""Bluesky: the channel, its session, and the forms of the AT protocol."""
