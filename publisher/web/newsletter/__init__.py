"""The newsletter's pages: signing up, a subscriber's own page, and the way off the list."""
