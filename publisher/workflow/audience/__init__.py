"""Who reads: how people come onto a list, what they choose, how they leave, and how long that is kept."""
