#include "front_end.hpp"

namespace neucasl::finfet {}  // namespace neucasl::finfet
