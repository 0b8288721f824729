"""What the product does: the only home of business rules. Knows neither Slack nor SQL."""
