"""A small Mastodon."""
