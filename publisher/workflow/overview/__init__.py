"""What became of each announcement, for programs and for people. Only reads, never decides."""
