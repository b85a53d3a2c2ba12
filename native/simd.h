// One vector of floats, as wide as the instruction set that this file is compiled for.
//
// GCC's and Clang's vector extensions turn plain expressions into AVX2, AVX-512, NEON or SSE instructions, and contract
// a * b + c into one fused step where there is one. kernels.inl is compiled once per instruction set, each time with its
// own PPCN_ISA as namespace, so that the linker never mixes code for different processors.
#pragma once

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ppcn::PPCN_ISA {

#if defined(__AVX512F__)
constexpr int kLanes = 16, kBlockOutputs = 8;
#elif defined(__AVX__)
constexpr int kLanes = 8, kBlockOutputs = 4;
#elif defined(__aarch64__)
constexpr int kLanes = 4, kBlockOutputs = 8;  // 32 registers
#else
constexpr int kLanes = 4, kBlockOutputs = 4;  // 16 registers
#endif
constexpr int kBlockVectors = 3;

typedef float Vec __attribute__((vector_size(4 * kLanes)));
typedef float UnalignedVec __attribute__((vector_size(4 * kLanes), aligned(4)));

inline Vec load(const float* p) { return *reinterpret_cast<const UnalignedVec*>(p); }
inline void store(float* p, Vec v) { *reinterpret_cast<UnalignedVec*>(p) = v; }
inline Vec spread(float x) { return x - Vec{}; }

// Past the caches, to an address that is a multiple of a vector's size: for what is not read again soon. A plain store
// would first read the line that it overwrites. finish_streaming() before other threads may look.
inline void stream(float* p, Vec v) {
#if defined(__AVX512F__)
  _mm512_stream_ps(p, v);
#elif defined(__AVX__)
  _mm256_stream_ps(p, v);
#elif defined(__x86_64__)
  _mm_stream_ps(p, v);
#else
  store(p, v);
#endif
}
inline void finish_streaming() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

// The last few columns of a row, where a whole vector would read or write past its end.
inline Vec load(const float* p, int count) {
  Vec v{};
  std::memcpy(&v, p, count * sizeof(float));
  return v;
}
inline void store(float* p, Vec v, int count) { std::memcpy(p, &v, count * sizeof(float)); }

}  // namespace ppcn::PPCN_ISA
