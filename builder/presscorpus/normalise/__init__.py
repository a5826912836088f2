"""From observations to tables: shards, workers, corpus-wide columns, writing."""
