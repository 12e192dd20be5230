"""Issues and digests on their way to readers, copy by copy."""
