"""A local Slack workspace and a local Netvisor, to try the product and to test it. Shares no code with it."""
