"""A first study file for one's own texts: what they are is seen, and what that suggests is written with its reasons."""
