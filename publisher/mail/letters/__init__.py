"""The bytes of a mail: addresses, header fields, parts that differ per copy, signatures."""
