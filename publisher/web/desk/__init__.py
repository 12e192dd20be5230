"""The desk: what the office sees of its announcements, on this machine only, and the sandbox beside it."""
