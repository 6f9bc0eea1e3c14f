"""Who may do what, and which rows they may see: one policy table, compiled for the ORM, SQL and DuckDB; no rule, no rows."""
