"""Settings of a repository: schemas, params.yaml, takedown.yaml and file layout."""
