"""Texts, links, URLs, languages and signatures of the content of posts. Pure."""
