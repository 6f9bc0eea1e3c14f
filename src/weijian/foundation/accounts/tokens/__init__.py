"""Machine tokens: made and revoked by the system administrator, shown once, bound to an account, narrowed, limited, ended."""
