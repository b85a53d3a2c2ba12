"""Where training pairs come from: photographs, and a simulated old phone camera."""
