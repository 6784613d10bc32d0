"""The data exchange and warehouse of the West Midlands family support programme."""
