"""Stands in for torchvision, whose builds need the torch they were built for: two functions for debugging."""
