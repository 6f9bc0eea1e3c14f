"""Services that every domain stands on: the database server, accounts, access, audit, history, areas, organisations,
terminology, jobs, bulk loading, snapshots, matters, obligations, schedules and the parts of the user interface.
Foundation may use engines, definitions and kernel; it knows nothing of records or domains."""
