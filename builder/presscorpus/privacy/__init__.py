"""What may be published: policy, names, redaction, takedowns, and the final scan."""
