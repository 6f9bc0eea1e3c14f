"""The annual work report: written by departments, its figures references, co-signed, approved, issued and run again."""
