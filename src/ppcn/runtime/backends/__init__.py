"""What computes a stage: the compiled kernel, or ONNX Runtime."""
