"""Finnish and Swedish texts; English stands in the code."""
