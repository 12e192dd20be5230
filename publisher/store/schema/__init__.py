"""The tables, and what may stand in them at all."""
