"""Issues and digests of newsletters: their frozen audiences, and what became of each copy."""
