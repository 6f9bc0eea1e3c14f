"""Identities whose resident number fails its check: they stand for nobody until sent again correctly, or until the desk says who."""
