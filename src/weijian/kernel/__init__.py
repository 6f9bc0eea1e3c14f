"""Pure values that every other layer may use: no Django, no input or output, no clock that cannot be injected."""
