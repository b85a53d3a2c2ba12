// Which table of kernels this processor runs.
#include "kernels.h"

namespace ppcn {

#if defined(PPCN_X86)
extern const Kernels k_avx512, k_avx2;
#endif
extern const Kernels k_generic;

static std::vector<const Kernels*> usable() {
  std::vector<const Kernels*> found;
#if defined(PPCN_X86)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2 && __builtin_cpu_supports("avx512f")) found.push_back(&k_avx512);
  if (avx2) found.push_back(&k_avx2);
#endif
  found.push_back(&k_generic);  // SSE2 on x86-64, NEON on AArch64: every such processor has them
  return found;
}

const Kernels* find_kernels(const std::string& name) {
  for (const Kernels* kernels : usable())
    if (name.empty() || name == kernels->name) return kernels;
  return nullptr;
}

std::vector<std::string> kernel_names() {
  std::vector<std::string> names;
  for (const Kernels* kernels : usable()) names.emplace_back(kernels->name);
  return names;
}

}  // namespace ppcn
