"""Pure functions from domain objects and a locale to Block Kit."""
