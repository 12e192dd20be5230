"""Measurements that docs/ quotes: each prints its figures, none of them is a test. `python3 bootstrap.py bench NAME`."""
