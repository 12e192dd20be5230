"""Announcements from the drop folder: which files are items, what is read of them, and where they go."""
