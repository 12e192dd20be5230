"""Announcements from feeds: RSS, Atom and JSON Feed, with the pages that their entries link to."""
