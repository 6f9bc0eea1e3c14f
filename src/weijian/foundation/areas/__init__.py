"""Areas with validity, GB/T 2260 to village."""
