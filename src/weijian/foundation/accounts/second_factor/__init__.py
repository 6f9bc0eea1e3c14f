"""The second factor of sign-in (TOTP): who must have one, and what happens when the telephone is lost."""
