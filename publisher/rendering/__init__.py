"""From an announcement to words: the office's Jinja2 templates, filled."""
