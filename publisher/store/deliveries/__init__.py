"""Posts on their way: who may send one, and what became of it."""
