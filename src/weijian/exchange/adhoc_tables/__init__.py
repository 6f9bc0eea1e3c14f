"""Ad-hoc tables (临时报表): the bureau types columns on a page, institutions fill them there or in Excel, sums follow by themselves."""
