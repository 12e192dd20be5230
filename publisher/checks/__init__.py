"""What a careful editor would notice: one file per family, each a pure function from an announcement to findings."""
