"""Runs one benchmark by name, or lists them."""

import sys
from importlib import import_module

NAMES = ("idle", "intake", "mail", "postfix")

if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
    print("bench:", ", ".join(NAMES))
    sys.exit(2)
sys.exit(import_module(f"tests.benchmarks.{sys.argv[1]}").main(sys.argv[2:]))
