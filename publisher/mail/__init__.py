"""The newsletter: issues as mails, one message per subscriber, over a relay that the office already has."""
