"""Tables judged by their schemas: one vectorised checker, and Frictionless beside it."""
