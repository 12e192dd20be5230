"""The platforms, small and local: they answer over real HTTP and real SMTP, refuse what the platforms refuse, and can be
looked at."""

from pathlib import Path

EXAMPLE = Path(__file__).parent / "example"
"""The shipped example announcements, a folder each."""

READER = "leserin@musterstadt.example"
"""Who reads the sandbox's newsletter, so that the example makes a mail to look at."""
