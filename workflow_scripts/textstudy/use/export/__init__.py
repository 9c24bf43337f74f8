"""A trained model as one folder, to copy to where it works."""
