"""What press officers do: look first, try, decide."""
