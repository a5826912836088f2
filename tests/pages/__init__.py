"""Pages of a real WordPress measured against its open API: keys, columns, words, terms."""
