"""Questions that intake could not answer: which human being an identity is; decided, put off, referred, taken back."""
