#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "neucasl/base/export.hpp"

/// \file
/// The first numbers of a `RandomStream`, many at once.

namespace neucasl::base {

/// What `uniform` of a new stream gives, number by number, to the bit.
NEUCASL_EXPORT void first_uniforms(std::uint64_t seed, std::string_view purpose,
                                   std::uint64_t sample, std::span<double> out);

/// What `normal` of a new stream gives, number by number, within 1e-14: logarithm, sine and cosine
/// are series of our own instead of the system's.
NEUCASL_EXPORT void first_normals(std::uint64_t seed, std::string_view purpose,
                                  std::uint64_t sample, std::span<double> out);

}  // namespace neucasl::base
