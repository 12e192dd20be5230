"""What a press office does, in order, over the ports."""
