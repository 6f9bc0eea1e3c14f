"""Files that institutions submit: receipts, quarantine, and what each institution owes for a period."""
