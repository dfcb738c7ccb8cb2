"""Turning the resources of one location into those that serve a configuration in the other."""
