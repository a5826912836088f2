"""Tables, one module each: what the REST API said, turned into columns. Pure.

No module reads a file, the network or the clock.
"""
