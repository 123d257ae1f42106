#include "colours.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::results {

std::string to_hex(const Rgb& colour) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text = "#";
  for (const std::uint8_t part : colour) {
    text += digits[part >> 4];
    text += digits[part & 15];
  }
  return text;
}

std::string series_colour(std::size_t index) {
  static constexpr Rgb palette[] = {{0, 114, 178},  {230, 159, 0},   {0, 158, 115}, {213, 94, 0},
                                    {86, 180, 233}, {204, 121, 167}, {0, 0, 0},     {240, 228, 66}};
  constexpr std::size_t count = std::size(palette);
  Rgb colour = palette[index % count];
  const std::size_t turn = std::min<std::size_t>(index / count, 3);
  for (std::uint8_t& part : colour) {
    part = static_cast<std::uint8_t>(part + (255 - part) * turn / 4);
  }
  return to_hex(colour);
}

Rgb viridis(double share) {
  static constexpr Rgb anchors[] = {{68, 1, 84},    {72, 40, 120},  {62, 74, 137},  {49, 104, 142},
                                    {38, 130, 142}, {31, 158, 137}, {53, 183, 121}, {109, 205, 89},
                                    {180, 222, 44}, {253, 231, 37}};
  constexpr std::size_t last = std::size(anchors) - 1;
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(last);
  const std::size_t lower = std::min(static_cast<std::size_t>(place), last - 1);
  const double part = place - static_cast<double>(lower);
  Rgb colour;
  for (std::size_t i = 0; i < colour.size(); ++i) {
    const double value = anchors[lower][i] * (1.0 - part) + anchors[lower + 1][i] * part;
    colour[i] = static_cast<std::uint8_t>(std::lround(value));
  }
  return colour;
}

}  // namespace neucasl::results
