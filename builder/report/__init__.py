"""The page that people look at: what was built, from what, and what is wrong with it."""
