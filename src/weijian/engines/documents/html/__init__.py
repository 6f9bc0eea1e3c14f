"""The HTML writer: one self-contained page that reads well on a screen, to a screen reader and on paper."""
