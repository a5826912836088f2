"""What a real Chromium shows of the same HTML."""
