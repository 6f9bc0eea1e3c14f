"""Pages of the three administrators, who are kept apart and read no health records: accounts (system),
policy (security),
audit (audit); and of the installation itself: health and institutions."""
