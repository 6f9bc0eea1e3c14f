"""Farrington flexible: the detector of Noufaily et al. (2013), numbers as in R's ``farringtonFlexible``."""

from weijian.engines.detection.farrington_flexible.detector import farrington_flexible

__all__ = ["farrington_flexible"]
