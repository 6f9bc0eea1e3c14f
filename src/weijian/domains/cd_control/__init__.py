"""Notifiable infectious-disease cards."""
