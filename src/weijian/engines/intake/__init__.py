"""Reads what institutions send: any of four formats, checked row by row as columns in DuckDB, nothing lost.

A file becomes text columns under the template's names, text becomes typed columns, and every row gets a list of
reasons. Rows without an error reason go on; the others are quarantined byte for byte with the reasons beside them.
"""
