"""What comes back: whose it is, what it says, and where it is fetched from."""
