#define PPCN_ISA avx512
#include "kernels.inl"

namespace ppcn {
extern const Kernels k_avx512 = avx512::table("avx512");
}
