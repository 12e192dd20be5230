"""A press office's publishing desk: announcements in, posts and newsletters out."""

__version__ = "0.1.0"
