"""Dirty partitions, and immutable snapshots in Parquet under a manifest."""
