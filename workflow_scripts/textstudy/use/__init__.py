"""Trained models at work, after the report: load, predict, export, serve, watch."""
