"""presscorpus against public test suites, from outside: files in, the rows of a release out.

The suites are not in this repository: their licences differ. docs/conformance.md says where each comes from.
"""
