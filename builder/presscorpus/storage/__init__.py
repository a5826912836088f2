"""Files on disk: Parquet frames, checksums, locks, and folders that a cluster shares."""
