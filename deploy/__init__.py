"""What starts the production shape."""
