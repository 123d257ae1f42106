#pragma once

#include <string>
#include <vector>

namespace neucasl::mapping {

/// top sinh(a c / top) / sinh(a) for the codes c = 0 ... top = 2^bits - 1; empty for a = 0.
std::vector<float> sinh_law(int bits, double a);

/// \throws base::Error "mapping.noise" unless the value is finite and >= 0.
void check_noise(const std::string& what, double value);

}  // namespace neucasl::mapping
