"""Running a network on a photo of any size."""

import os

# ONNX Runtime 1.32 sends usage to its maker, and keeps an identifier in ~/.cache, unless told otherwise before it is
# imported. Photos are edited offline here, so nothing is sent unless the user has set this variable to something else.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
