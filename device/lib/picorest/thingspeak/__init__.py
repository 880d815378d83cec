"""ThingSpeak: readings there, commands from there."""
