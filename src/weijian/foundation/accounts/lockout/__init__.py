"""Counting wrong passwords: in short transactions of its own, because a refused sign-in must leave its trace."""
