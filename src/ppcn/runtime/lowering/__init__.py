"""From a stage's ONNX graph to a program of the compiled kernel."""
