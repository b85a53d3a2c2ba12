"""What is done to one photo, in whatever form it comes."""
