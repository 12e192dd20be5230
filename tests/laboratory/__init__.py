"""The crash laboratory: the program in real processes that are killed, frozen, cut off and starved, on real databases,
with platforms that lose requests and replies; and then what followers saw is held against what the queue said.

Short form: part of the tests. Long form: `python3 bootstrap.py prove --minutes 30`.
"""
