// One vector of floats, as wide as the instruction set that this file is compiled for.
//
// GCC's and Clang's vector extensions turn plain expressions into AVX2, AVX-512, NEON or SSE instructions, and contract
// a * b + c into one fused step where there is one. kernels.inl is compiled once per instruction set, each time with
// its own PPCN_ISA as namespace, so that the linker never mixes code for different processors.
#pragma once

#include <cstring>
#include <utility>

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
inline Vec broadcast(float x) { return x - Vec{}; }

// A non-temporal store, to an address that is a multiple of a vector's size, for what is not read again soon: a plain
// store first reads the line that it overwrites. finish_streaming() has to follow before other threads read.
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

// Maximum and minimum; b where one of the two is NaN.
inline Vec maximum(Vec a, Vec b) {
#if defined(__AVX512F__)
  return (Vec)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX__)
  return (Vec)_mm256_max_ps((__m256)a, (__m256)b);
#else
  return a > b ? a : b;
#endif
}
inline Vec minimum(Vec a, Vec b) {
#if defined(__AVX512F__)
  return (Vec)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX__)
  return (Vec)_mm256_min_ps((__m256)a, (__m256)b);
#else
  return a < b ? a : b;
#endif
}

inline Vec square_root(Vec x) {
#if defined(__AVX512F__)
  return (Vec)_mm512_sqrt_ps((__m512)x);
#elif defined(__AVX__)
  return (Vec)_mm256_sqrt_ps((__m256)x);
#elif defined(__x86_64__)
  return (Vec)_mm_sqrt_ps((__m128)x);
#else
  for (int i = 0; i < kLanes; i++) x[i] = __builtin_sqrtf(x[i]);
  return x;
#endif
}

// Loads and stores of the first `count` lanes: for the end of a row.
#if defined(__AVX512F__)
inline Vec load(const float* p, int count) { return (Vec)_mm512_maskz_loadu_ps((1u << count) - 1, p); }
inline void store(float* p, Vec v, int count) { _mm512_mask_storeu_ps(p, (1u << count) - 1, (__m512)v); }
#elif defined(__AVX__)
inline __m256i first_lanes(int count) {
  alignas(32) static constexpr int kOnes[2 * kLanes] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kOnes + kLanes - count));
}
inline Vec load(const float* p, int count) { return (Vec)_mm256_maskload_ps(p, first_lanes(count)); }
inline void store(float* p, Vec v, int count) { _mm256_maskstore_ps(p, first_lanes(count), (__m256)v); }
#else
inline Vec load(const float* p, int count) {
  Vec v{};
  std::memcpy(&v, p, count * sizeof(float));
  return v;
}
inline void store(float* p, Vec v, int count) { std::memcpy(p, &v, count * sizeof(float)); }
#endif

// Lane i is lane kFrom(i) of the concatenation of a and b.
template <auto kFrom, int... i>
inline Vec shuffle(Vec a, Vec b, std::integer_sequence<int, i...>) {
#if defined(__clang__)
  return __builtin_shufflevector(a, b, kFrom(i)...);
#else
  typedef int Ints __attribute__((vector_size(4 * kLanes)));
  return __builtin_shuffle(a, b, Ints{kFrom(i)...});
#endif
}
template <auto kFrom>
inline Vec shuffle(Vec a, Vec b) {
  return shuffle<kFrom>(a, b, std::make_integer_sequence<int, kLanes>());
}

// A shuffle within each four lanes: 0 to 3 are those of a, 4 to 7 those of b.
template <int k0, int k1, int k2, int k3>
inline Vec shuffle_quads(Vec a, Vec b) {
  return shuffle<[](int i) {
    const int number = i % 4 == 0 ? k0 : i % 4 == 1 ? k1 : i % 4 == 2 ? k2 : k3;
    return i / 4 * 4 + number % 4 + number / 4 * kLanes;
  }>(a, b);
}

// Transposes each 4x4 lanes of four vectors.
inline void transpose(Vec (&v)[4]) {
  const Vec low1 = shuffle_quads<0, 4, 1, 5>(v[0], v[1]), low2 = shuffle_quads<0, 4, 1, 5>(v[2], v[3]);
  const Vec high1 = shuffle_quads<2, 6, 3, 7>(v[0], v[1]), high2 = shuffle_quads<2, 6, 3, 7>(v[2], v[3]);
  v[0] = shuffle_quads<0, 1, 4, 5>(low1, low2);
  v[1] = shuffle_quads<2, 3, 6, 7>(low1, low2);
  v[2] = shuffle_quads<0, 1, 4, 5>(high1, high2);
  v[3] = shuffle_quads<2, 3, 6, 7>(high1, high2);
}

// The even and the odd lanes of the concatenation of a and b, and back.
inline void deinterleave(Vec& a, Vec& b) {
  const Vec even = shuffle<[](int i) { return 2 * i; }>(a, b), odd = shuffle<[](int i) { return 2 * i + 1; }>(a, b);
  a = even, b = odd;
}
inline void interleave(Vec& a, Vec& b) {
  const Vec first = shuffle<[](int i) { return i / 2 + i % 2 * kLanes; }>(a, b);
  b = shuffle<[](int i) { return (i + kLanes) / 2 + i % 2 * kLanes; }>(a, b);
  a = first;
}

}  // namespace ppcn::PPCN_ISA
