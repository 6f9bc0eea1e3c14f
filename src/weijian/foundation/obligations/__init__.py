"""Everything that needs a person to act: one kind of row, in one inbox, with a clock that is read and never run."""
