"""Files on disk: frames, checksums, locks, and folders that a cluster shares."""
