"""Notices kept for whoever a case concerns, who reads them when they look (thông báo trên hệ thống)."""
