"""A small Bluesky server."""
