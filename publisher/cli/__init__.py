"""The door: every command of the contract, its words, its JSON and its exit status. Parts are imported when needed."""

from publisher.cli.door import main

__all__ = ["main"]
