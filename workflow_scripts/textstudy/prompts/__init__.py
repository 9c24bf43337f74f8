"""Prompts, and the endpoints that answer them."""
