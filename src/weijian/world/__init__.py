"""The synthetic district: writes what the institutions of one district would have submitted in one year.

:func:`weijian.world.write.write_world` is the way in. It reads areas, institutions, names, code lists and the
calibration of a district from ``weijian.content``, draws the people first and then everything that happens to them,
soils the rows as real life does, and writes one file per dataset, institution and month. Another district needs other
content and no other code. Nothing is looked up in a published report: totals are counts of what was drawn, and only the
whole numbers in the calibration file fix how much is drawn.
"""
