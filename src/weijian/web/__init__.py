"""The shell around all pages: frame, components, sign-in pages, inbox, cockpit, search and the API root."""
