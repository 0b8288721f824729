"""Help ai: right answers with their source, or an honest “that is not documented”."""
