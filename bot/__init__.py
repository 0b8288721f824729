"""Starts and wires everything: settings, command line, the Bolt app, the clock, the job runner."""
