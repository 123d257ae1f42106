#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "colours.hpp"

/// \file
/// A minimal PNG writer (ISO/IEC 15948): 8-bit palette, no compression.

namespace neucasl::results {

/// One palette index per pixel, row by row from the top; at most 256 colours.
std::string encode_png(std::size_t width, std::size_t height,
                       const std::vector<std::uint8_t>& pixels, const std::vector<Rgb>& palette);

/// RFC 4648 text.
std::string base64(std::string_view bytes);

}  // namespace neucasl::results
