"""Medical disputes and complaints."""
