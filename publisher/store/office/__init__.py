"""What the office itself remembers: the audit trail, alarms, small things."""
