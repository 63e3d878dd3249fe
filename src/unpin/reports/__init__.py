"""Reports: results of commands as text, Markdown, JSON and CSV."""
