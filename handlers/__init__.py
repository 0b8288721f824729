"""Slack conversations: what people do in Slack comes in, Block Kit goes out."""
