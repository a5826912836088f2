"""Where responses come from: the network and disk edges."""
