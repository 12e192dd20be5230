"""The public pages: what everybody may read, see, follow, and search."""
