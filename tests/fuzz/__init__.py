"""Coverage-guided fuzzing of everything that reads foreign bytes, by atheris (libFuzzer).

`python -m tests.fuzz TARGET SECONDS` fuzzes one target. The folder corpus/ keeps inputs that reach much code, and those
that once failed; `test_corpus.py` reads all of them again.
"""
