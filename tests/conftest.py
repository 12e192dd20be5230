"""Fixtures that several rooms share live in tests/fixtures, one file each; a room's own in its conftest."""

pytest_plugins: list[str] = [
    "tests.fixtures.axe",
    "tests.fixtures.browser",
    "tests.fixtures.imap",
    "tests.fixtures.pds",
    "tests.fixtures.postgres",
    "tests.fixtures.sandbox",
    "tests.fixtures.site",
    "tests.fixtures.smtp",
    "tests.fixtures.stores",
]
