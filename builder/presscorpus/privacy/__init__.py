"""What may leave: the policy, names, redaction, takedowns, and the final scan."""
