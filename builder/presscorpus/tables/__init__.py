"""One module a table: what the REST API said, turned into columns. Pure: no file, no network, no clock."""
