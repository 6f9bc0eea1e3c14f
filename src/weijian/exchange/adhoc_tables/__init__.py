"""Ad-hoc tables (临时报表): columns typed on a page, filled there or in Excel, consolidated by themselves."""
