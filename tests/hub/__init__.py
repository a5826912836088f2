"""The loopback Hub."""
