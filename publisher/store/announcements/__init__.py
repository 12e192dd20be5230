"""Announcements and their revisions, and what sources have shown."""
