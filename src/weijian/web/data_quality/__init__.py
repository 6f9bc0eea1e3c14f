"""Data quality: the score and place of each institution, its five parts, how they went, and the work behind them."""
