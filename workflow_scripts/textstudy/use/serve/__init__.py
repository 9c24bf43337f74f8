"""Trained models behind HTTP, with a page to try them: `textstudy serve`."""
