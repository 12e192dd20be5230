"""What needs a person, and how the office tells them."""
