"""How a Django model declares a record kind, and the registry that turns models into frozen ``RecordKind`` values."""
