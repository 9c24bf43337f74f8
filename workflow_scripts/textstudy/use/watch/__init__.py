"""New texts beside those that a model was tested on: what changed, what that costs, and which to label next."""
