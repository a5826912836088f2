"""Where responses come from: live sites over their REST API, and files that somebody has."""
