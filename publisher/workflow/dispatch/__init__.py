"""Posts on their way out, one lane per channel, and what became of those that nobody heard of."""
