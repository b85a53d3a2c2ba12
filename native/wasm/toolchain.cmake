# WebAssembly with 128-bit vectors and threads, by the Clang and the libraries in the Python package ziglang. No relaxed
# vectors: their results differ between machines.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(WASM ON)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

find_program(PPCN_ZIG python-zig REQUIRED)
set(CMAKE_CXX_COMPILER "${PPCN_ZIG}" c++)

set(features generic+atomics+bulk_memory+mutable_globals+nontrapping_fptoint+sign_ext)
if(NOT PPCN_SCALAR)  # the check of the vectors: the same results without them
  string(APPEND features +simd128)
endif()
# Throwing ends in a function of ours (wasm/module.cpp).
set(CMAKE_CXX_FLAGS_INIT "-target wasm32-wasi -mcpu=${features} -fignore-exceptions")
