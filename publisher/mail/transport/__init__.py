"""The way of the letters to the office's relay, and what its answers mean."""
