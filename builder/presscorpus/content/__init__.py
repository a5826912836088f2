"""Texts, links, URLs, languages and signatures out of the content of posts. Pure functions."""
