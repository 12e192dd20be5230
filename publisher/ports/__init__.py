"""What the workflow asks of the outside: one file per port, each a Protocol whose docstrings are the contract."""
