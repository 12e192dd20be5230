"""Fixtures that several rooms share live in tests/fixtures, one file each; a room's own in its conftest."""

pytest_plugins: list[str] = ["tests.fixtures.site"]
