#include <algorithm>
#include <cmath>
#include <cstdint>

#include "charts.hpp"
#include "colours.hpp"
#include "frame.hpp"
#include "number_text.hpp"
#include "png.hpp"
#include "text_layout.hpp"

namespace neucasl::results {
namespace {

constexpr std::size_t most_blocks = 128;
constexpr std::size_t colour_steps = 255;  // The last palette entry is for missing values.

// The map averaged over blocks of cells.
struct Blocks {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t cell_rows = 1;  // Cells per block.
  std::size_t cell_columns = 1;
  std::vector<double> values;  // NaN where no cell of a block can be drawn.
};

double block_mean(const HeatMap& map, const Blocks& blocks, std::size_t row, std::size_t column) {
  double sum = 0.0;
  std::size_t count = 0;
  const std::size_t last_row = std::min(map.rows, (row + 1) * blocks.cell_rows);
  const std::size_t last_column = std::min(map.columns, (column + 1) * blocks.cell_columns);
  for (std::size_t r = row * blocks.cell_rows; r < last_row; ++r) {
    for (std::size_t c = column * blocks.cell_columns; c < last_column; ++c) {
      const double value = map.values[r * map.columns + c];
      if (!drawable(value, map.scale.logarithmic)) continue;
      sum += value;
      ++count;
    }
  }
  return count > 0 ? sum / static_cast<double>(count) : std::nan("");
}

Blocks average(const HeatMap& map) {
  Blocks blocks;
  blocks.cell_rows = (map.rows + most_blocks - 1) / most_blocks;
  blocks.cell_columns = (map.columns + most_blocks - 1) / most_blocks;
  blocks.rows = (map.rows + blocks.cell_rows - 1) / blocks.cell_rows;
  blocks.columns = (map.columns + blocks.cell_columns - 1) / blocks.cell_columns;
  for (std::size_t row = 0; row < blocks.rows; ++row) {
    for (std::size_t column = 0; column < blocks.columns; ++column) {
      blocks.values.push_back(block_mean(map, blocks, row, column));
    }
  }
  return blocks;
}

std::vector<Rgb> palette() {
  std::vector<Rgb> colours;
  for (std::size_t i = 0; i < colour_steps; ++i) {
    colours.push_back(viridis(static_cast<double>(i) / (colour_steps - 1)));
  }
  colours.push_back(missing_colour);
  return colours;
}

// `scale` runs from 0 to the last colour.
std::string picture(const Blocks& blocks, const Scale& scale) {
  std::vector<std::uint8_t> pixels;
  for (const double value : blocks.values) {
    const double colour = std::isnan(value) ? static_cast<double>(colour_steps) : scale.at(value);
    pixels.push_back(static_cast<std::uint8_t>(std::lround(colour)));
  }
  return "data:image/png;base64," +
         base64(encode_png(blocks.columns, blocks.rows, pixels, palette()));
}

void draw_colour_bar(Svg& svg, const Scale& scale, const Plot& plot, const Axis& axis) {
  const Plot bar{plot.right + 40.0, plot.top, plot.right + 58.0, plot.bottom};
  std::vector<std::uint8_t> pixels(colour_steps);
  for (std::size_t i = 0; i < colour_steps; ++i) {
    pixels[i] = static_cast<std::uint8_t>(colour_steps - 1 - i);
  }
  svg.image(bar.left, bar.top, bar.width(), bar.height(),
            "data:image/png;base64," + base64(encode_png(1, colour_steps, pixels, palette())),
            axis_text(axis));
  for (const Tick& tick : scale.ticks) {
    if (tick.label.empty()) continue;
    const double y = scale.at(tick.value);
    svg.line(bar.right, y, bar.right + 4.0, y, "axis");
    svg.text(bar.right + 8.0, y + 4.0, tick.label, "tick", Anchor::start);
  }
}

// Cells are square unless the map would become too thin or too tall.
Plot place(const HeatMap& map, double left, double right_room, double top) {
  const double room = chart_width - left - right_room;
  const double ratio = static_cast<double>(map.rows) / static_cast<double>(map.columns);
  double width = std::min(room, 520.0);
  double height = width * ratio;
  if (height > 480.0) {
    height = 480.0;
    width = std::max(height / ratio, 160.0);
  }
  height = std::max(height, 120.0);
  if (height == 120.0) width = std::min(room, std::max(width, 120.0 / ratio));
  return {left, top, left + width, top + height};
}

std::string place_text(const HeatMap& map, std::size_t index) {
  return "row " + std::to_string(index / map.columns) + ", column " +
         std::to_string(index % map.columns);
}

// Averaging hides single cells, so the extremes are given from the cells themselves.
std::vector<std::string> map_notes(const HeatMap& map, const Blocks& blocks) {
  std::vector<std::string> notes;
  std::size_t least = map.values.size();
  std::size_t most = map.values.size();
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < map.rows * map.columns; ++i) {
    if (!drawable(map.values[i], map.scale.logarithmic)) {
      ++hidden;
      continue;
    }
    if (least == map.values.size() || map.values[i] < map.values[least]) least = i;
    if (most == map.values.size() || map.values[i] > map.values[most]) most = i;
  }
  const std::string unit = map.scale.unit.empty() ? "" : ' ' + map.scale.unit;
  notes.push_back("Least " + significant(map.values[least]) + unit + " (" + place_text(map, least) +
                  "), most " + significant(map.values[most]) + unit + " (" + place_text(map, most) +
                  ").");
  if (blocks.cell_rows * blocks.cell_columns > 1) {
    notes.push_back("Each block is the mean of up to " + std::to_string(blocks.cell_rows) + " × " +
                    std::to_string(blocks.cell_columns) + " cells.");
  }
  if (hidden > 0) {
    notes.push_back(left_out_note(hidden, "cell", map.scale.logarithmic) +
                    " Blocks without a value are grey.");
  }
  return notes;
}

Scale index_scale(std::size_t count, double from, double to, Direction direction) {
  // Ticks stand at the middle of cells.
  const double high = static_cast<double>(count) - 0.5;
  Scale scale = fit_scale({-0.5, high}, false, from, to, direction, Ends::exact);
  std::erase_if(scale.ticks,
                [](const Tick& t) { return std::abs(t.value - std::round(t.value)) > 1e-9; });
  for (Tick& tick : scale.ticks) tick.label = fixed(tick.value, 0);
  return scale;
}

}  // namespace

Drawing draw(const HeatMap& map) {
  const std::string scale_title = axis_text(map.scale);
  Drawing drawing;
  const bool complete =
      map.rows > 0 && map.columns > 0 && map.values.size() / map.columns >= map.rows;
  const Blocks blocks = complete ? average(map) : Blocks{};
  std::optional<Range> range = range_of(blocks.values, map.scale.logarithmic);
  if (!range) {
    drawing.svg = draw_no_data(map.caption, scale_title);
    return drawing;
  }

  const double left = text_width(std::to_string(map.rows), tick_size) + 24.0;
  Plot plot = place(map, left, 190.0, title_room(map.row_title));
  const auto scale_lines =
      wrap_text(scale_title, std::max(120.0, chart_width - plot.right - 140.0), title_size);

  const Scale colours = fit_scale(*range, map.scale.logarithmic, plot.bottom, plot.top,
                                  Direction::vertical, Ends::exact);
  const Scale rows = index_scale(map.rows, plot.top, plot.bottom, Direction::vertical);
  const Scale columns = index_scale(map.columns, plot.left, plot.right, Direction::horizontal);
  Scale shades = colours;
  shades.from = 0.0;
  shades.to = static_cast<double>(colour_steps - 1);

  Svg svg(chart_width, plot.bottom + horizontal_axis_room(map.column_title), map.caption);
  svg.image(plot.left, plot.top, plot.width(), plot.height(), picture(blocks, shades),
            scale_title + ": " + significant(range->low) + " to " + significant(range->high));
  draw_horizontal_axis(svg, columns, plot, map.column_title, false);
  draw_vertical_axis(svg, rows, plot, map.row_title, false);
  draw_colour_bar(svg, colours, plot, map.scale);
  double baseline = plot.top + 10.0;
  const double x = plot.right + 76.0 + widest(colours.labels(), tick_size);
  for (const std::string& line : scale_lines) {
    svg.text(x, baseline, line, "axis-title", Anchor::start);
    baseline += 17.0;
  }
  drawing.svg = svg.finish();
  drawing.notes = map_notes(map, blocks);
  return drawing;
}

}  // namespace neucasl::results
