"""Measures on their way into documents: every figure that a document asks for, with its evidence, in one pass."""
