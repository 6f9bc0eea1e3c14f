"""Population tables by basis, area, year, sex and age as versioned data: the denominators."""
