"""The set-up, tried on copies that need no network."""
