"""What a repository says: the schemas, params.yaml, takedown.yaml, and where files lie."""
