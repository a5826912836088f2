"""From sites and from other tools' captures to closed crawls in the archive."""
