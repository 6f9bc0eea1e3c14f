"""What pages of every room are made of: component values, their wording, and the template tags that draw them.

Below the domains, so that a domain's views may use it; the templates themselves stand in ``weijian.web``.
"""
