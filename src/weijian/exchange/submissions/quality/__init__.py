"""Quality of what institutions send: five shares, one score, a rank, and the work that raises it; all from receipts."""
