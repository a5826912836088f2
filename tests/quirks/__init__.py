"""A server of quirks: WordPress sites that answer as servers in bug reports do, over real sockets."""
