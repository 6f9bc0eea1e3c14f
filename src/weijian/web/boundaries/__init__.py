"""The bureau's own boundaries of streets: loaded as GeoJSON, checked against the areas, drawn under every map."""
