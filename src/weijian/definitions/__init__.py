"""The declaring language: record kinds, measures, plans and documents as frozen, validated, fingerprinted values.

Nothing here knows Django, a database or an engine; engines execute what is declared here.
"""
