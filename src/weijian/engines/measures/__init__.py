"""Computes measures over a snapshot: additive cubes per partition, rolled up to any grain, all measures together.

Ibis is the compiler: one declaration becomes SQL for DuckDB or Spark, run by small executors. Figures of every
grain are sums over the same cubes, so a total and its parts always agree.
"""
