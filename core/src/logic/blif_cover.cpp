#include <algorithm>
#include <set>

#include "blif_model.hpp"
#include "function_pieces.hpp"
#include "table_operations.hpp"

/// \file
/// Covers of .names as tables, or as several where there are more inputs than a table takes.

namespace neucasl::logic {
namespace {

/// Up to this many inputs all rows of a cover are looked at.
constexpr std::size_t most_row_inputs = 16;

TruthTable table_of_cover(const BlifNames& names) {
  const auto inputs = static_cast<unsigned>(names.inputs.size());
  std::uint64_t on = 0;
  for (const BlifCube& cube : names.cubes) {
    std::uint64_t rows = ~std::uint64_t{0};
    for (unsigned i = 0; i < inputs; ++i) {
      if (cube.inputs[i] == '1') rows &= tables::variable[i];
      if (cube.inputs[i] == '0') rows &= ~tables::variable[i];
    }
    on |= rows;
  }
  if (names.off_set) on = ~on;
  return {on & TruthTable::mask(inputs), static_cast<std::uint8_t>(inputs)};
}

/// All rows of a cover of 7 to `most_row_inputs` inputs, 64 to a word.
std::vector<std::uint64_t> rows_of_cover(const BlifNames& names) {
  const std::size_t inputs = names.inputs.size();
  std::vector<std::uint64_t> rows(std::size_t{1} << (inputs - 6), 0);
  for (const BlifCube& cube : names.cubes) {
    std::uint64_t inside = ~std::uint64_t{0};
    std::size_t care = 0;
    std::size_t value = 0;
    for (std::size_t i = 0; i < inputs; ++i) {
      if (cube.inputs[i] == '-') continue;
      const bool one = cube.inputs[i] == '1';
      if (i < 6) {
        inside &= one ? tables::variable[i] : ~tables::variable[i];
      } else {
        care |= std::size_t{1} << (i - 6);
        if (one) value |= std::size_t{1} << (i - 6);
      }
    }
    for (std::size_t word = 0; word < rows.size(); ++word) {
      if ((word & care) == value) rows[word] |= inside;
    }
  }
  if (names.off_set) {
    for (std::uint64_t& word : rows) word = ~word;
  }
  return rows;
}

/// Tables that the sum of products would take.
std::size_t tables_of_cubes(const BlifNames& names) {
  constexpr std::size_t gain = most_table_inputs - 1;
  std::size_t count = names.cubes.size() / gain + 1;
  for (const BlifCube& cube : names.cubes) {
    const auto literals = cube.inputs.size() - static_cast<std::size_t>(std::count(
                                                   cube.inputs.begin(), cube.inputs.end(), '-'));
    count += literals / gain;
  }
  return count;
}

/// Different subfunctions of the rows, about what a tree of multiplexers would take.
std::size_t tables_of_rows(std::vector<std::uint64_t> rows) {
  std::size_t count = 0;
  for (std::size_t width = 1; width <= rows.size(); width *= 2) {
    std::set<std::vector<std::uint64_t>> different;
    for (std::size_t at = 0; at < rows.size(); at += width) {
      const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(at);
      different.emplace(begin, begin + static_cast<std::ptrdiff_t>(width));
    }
    count += different.size();
  }
  return count;
}

Piece piece_of_cubes(const BlifNames& names, const std::vector<Signal>& inputs,
                     PieceBuilder& builder) {
  std::vector<Piece> products;
  for (const BlifCube& cube : names.cubes) {
    std::vector<Piece> literals;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (cube.inputs[i] == '-') continue;
      Piece literal = PieceBuilder::signal(inputs[i]);
      literals.push_back(cube.inputs[i] == '1' ? literal : PieceBuilder::inverted(literal));
    }
    products.push_back(builder.combine(PieceOperator::conjunction, std::move(literals)));
  }
  Piece sum = builder.combine(PieceOperator::disjunction, std::move(products));
  return names.off_set ? PieceBuilder::inverted(std::move(sum)) : sum;
}

}  // namespace

void add_blif_names(const BlifNames& names, std::vector<Signal> inputs, Signal output,
                    SignalTable& table) {
  const Place place = names.output.place;
  if (inputs.size() <= most_table_inputs || names.cubes.empty()) {
    if (names.cubes.empty()) {
      table.add_function(output, {}, {0, 0}, place);
    } else {
      table.add_function(output, std::move(inputs), table_of_cover(names), place);
    }
    return;
  }
  PieceBuilder builder(table, table.name_of(output), place);
  const std::size_t products = tables_of_cubes(names);
  // Looking at all rows only pays where there are many cubes.
  constexpr std::size_t many = 8;
  if (inputs.size() <= most_row_inputs && products > many) {
    const std::vector<std::uint64_t> rows = rows_of_cover(names);
    if (tables_of_rows(rows) < products) {
      builder.drive(output, builder.of_rows(inputs, rows));
      return;
    }
  }
  builder.drive(output, piece_of_cubes(names, inputs, builder));
}

}  // namespace neucasl::logic
