"""Running LiteRT files by LiteRT's own interpreter (its kernels on the CPU are XNNPACK's); torch is not needed."""

from collections.abc import Callable

from ppcn.arrays import Pixels


def open_litert(model: bytes, size: tuple[int, int], threads: int | None = None) -> Callable[[Pixels], Pixels]:
    """Return a function from a picture, HxWx3 float32 with ``size`` (height, width), to a picture.

    The file's input is resized where it has another size; raises RuntimeError where its graph cannot be, and
    ModuleNotFoundError without the extra ``phones``.
    """
    from ai_edge_litert.interpreter import Interpreter  # pyright: ignore[reportMissingImports]

    interpreter = Interpreter(model_content=model, num_threads=threads)
    (given,), (made,) = interpreter.get_input_details(), interpreter.get_output_details()
    if tuple(given["shape"][1:3]) != size:
        interpreter.resize_tensor_input(given["index"], (1, *size, 3))
    interpreter.allocate_tensors()

    def run(picture: Pixels) -> Pixels:
        interpreter.set_tensor(given["index"], picture[None])
        interpreter.invoke()
        return interpreter.get_tensor(made["index"])[0]

    return run
