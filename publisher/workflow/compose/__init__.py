"""From an announcement to the words of each channel, frozen in the outbox."""
