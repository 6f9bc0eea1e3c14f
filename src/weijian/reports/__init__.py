"""Documents that cross domains: the annual work report, the monthly bulletin and the statutory monthly form."""
