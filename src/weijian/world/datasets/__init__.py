"""One module for each group of datasets; each yields the clean rows that institutions submit as streams."""
