"""Resident electronic health records (居民电子健康档案)."""
