"""The epidemiology engine: outbreak detectors, delay and growth, and line-list statistics as pure computation on
arrays.
"""
