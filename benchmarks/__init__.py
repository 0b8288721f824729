"""Measurements, each printed beside its limit."""
