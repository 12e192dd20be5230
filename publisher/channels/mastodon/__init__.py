"""Mastodon: the channel, its server's limits, and what its API says."""
