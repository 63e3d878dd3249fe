"""Results as pipelines show them: a verdict, and findings in files; a module for like commands."""
