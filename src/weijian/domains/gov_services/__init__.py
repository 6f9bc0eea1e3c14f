"""Administrative approvals."""
