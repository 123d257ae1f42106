#include "front_end.hpp"

namespace neucasl::cnt {}  // namespace neucasl::cnt
