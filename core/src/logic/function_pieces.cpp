#include "function_pieces.hpp"

#include <algorithm>

#include "table_operations.hpp"

namespace neucasl::logic {
namespace {

/// The table over other positions: variable i of the piece becomes the place of its signal.
std::uint64_t moved_table(const Piece& piece, std::span<const Signal> signals) {
  unsigned place[most_table_inputs] = {};
  const auto count = static_cast<unsigned>(piece.signals.size());
  bool same = true;
  for (unsigned i = 0; i < count; ++i) {
    const auto at = std::lower_bound(signals.begin(), signals.end(), piece.signals[i]);
    place[i] = static_cast<unsigned>(at - signals.begin());
    same = same && place[i] == i;
  }
  if (same) return piece.table;
  std::uint64_t table = 0;
  for (unsigned row = 0; row < 64; ++row) {
    unsigned source = 0;
    for (unsigned i = 0; i < count; ++i) source |= ((row >> place[i]) & 1U) << i;
    table |= ((piece.table >> source) & 1U) << row;
  }
  return table;
}

/// Without the signals that the table does not depend on.
Piece trimmed(const std::vector<Signal>& signals, std::uint64_t table) {
  Piece piece{{}, table};
  std::vector<unsigned> kept;
  for (unsigned i = 0; i < signals.size(); ++i) {
    if (!tables::depends_on(table, i)) continue;
    kept.push_back(i);
    piece.signals.push_back(signals[i]);
  }
  if (kept.size() == signals.size()) return piece;
  piece.table = 0;
  for (unsigned row = 0; row < 64; ++row) {
    unsigned source = 0;
    for (unsigned i = 0; i < kept.size(); ++i) source |= ((row >> i) & 1U) << kept[i];
    piece.table |= ((table >> source) & 1U) << row;
  }
  return piece;
}

std::uint64_t applied(PieceOperator op, std::uint64_t a, std::uint64_t b) {
  switch (op) {
    case PieceOperator::conjunction:
      return a & b;
    case PieceOperator::disjunction:
      return a | b;
    case PieceOperator::exclusive:
      break;
  }
  return a ^ b;
}

}  // namespace

Piece PieceBuilder::signal(Signal signal) { return {{signal}, tables::variable[0]}; }

Piece PieceBuilder::inverted(Piece piece) {
  piece.table = ~piece.table;
  return piece;
}

Signal PieceBuilder::settled(const Piece& piece) {
  if (piece.signals.size() == 1 && piece.table == tables::variable[0]) return piece.signals[0];
  const auto [entry, added] = internal_.emplace(piece, no_signal);
  if (added) {
    entry->second = signals_.unnamed(owner_ + "_part");
    drive(entry->second, piece);
  }
  return entry->second;
}

void PieceBuilder::drive(Signal target, const Piece& piece) {
  const auto inputs = static_cast<std::uint8_t>(piece.signals.size());
  signals_.add_function(target, piece.signals, {piece.table & TruthTable::mask(inputs), inputs},
                        place_);
}

std::vector<Signal> PieceBuilder::fit(std::span<Piece> pieces) {
  while (true) {
    std::vector<Signal> all;
    for (const Piece& piece : pieces) {
      all.insert(all.end(), piece.signals.begin(), piece.signals.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (all.size() <= most_table_inputs) return all;
    Piece& largest = *std::max_element(
        pieces.begin(), pieces.end(),
        [](const Piece& a, const Piece& b) { return a.signals.size() < b.signals.size(); });
    largest = signal(settled(largest));
  }
}

Piece PieceBuilder::combine_range(PieceOperator op, std::span<Piece> operands) {
  if (operands.size() == 1) return operands.front();
  const std::size_t half = operands.size() / 2;
  Piece pair[2] = {combine_range(op, operands.first(half)),
                   combine_range(op, operands.subspan(half))};
  const std::vector<Signal> all = fit(pair);
  return trimmed(all, applied(op, moved_table(pair[0], all), moved_table(pair[1], all)));
}

Piece PieceBuilder::combine(PieceOperator op, std::vector<Piece> operands) {
  if (operands.empty()) return constant(op == PieceOperator::conjunction);
  return combine_range(op, operands);
}

Piece PieceBuilder::multiplexer(const Piece& select, const Piece& when_false,
                                const Piece& when_true) {
  Piece parts[3] = {select, when_false, when_true};
  const std::vector<Signal> all = fit(parts);
  const std::uint64_t choice = moved_table(parts[0], all);
  return trimmed(all,
                 (choice & moved_table(parts[2], all)) | (~choice & moved_table(parts[1], all)));
}

Piece PieceBuilder::of_rows(std::span<const Signal> inputs,
                            const std::vector<std::uint64_t>& rows) {
  RowPieces known;
  return of_rows(inputs, rows, known);
}

Piece PieceBuilder::of_rows(std::span<const Signal> inputs, const std::vector<std::uint64_t>& rows,
                            RowPieces& known) {
  if (const auto entry = known.find(rows); entry != known.end()) return entry->second;
  Piece result;
  if (rows.size() == 1) {
    // The caller's order of signals need not be ascending, nor without repetition.
    std::vector<Signal> sorted(inputs.begin(), inputs.begin() + most_table_inputs);
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    std::uint64_t table = 0;
    for (unsigned row = 0; row < 64; ++row) {
      unsigned source = 0;
      for (unsigned i = 0; i < most_table_inputs; ++i) {
        const auto at = std::lower_bound(sorted.begin(), sorted.end(), inputs[i]) - sorted.begin();
        source |= ((row >> static_cast<unsigned>(at)) & 1U) << i;
      }
      table |= ((rows[0] >> source) & 1U) << row;
    }
    result = trimmed(sorted, table);
  } else {
    const auto half = static_cast<std::ptrdiff_t>(rows.size() / 2);
    const std::vector<std::uint64_t> low(rows.begin(), rows.begin() + half);
    const std::vector<std::uint64_t> high(rows.begin() + half, rows.end());
    const std::span<const Signal> rest = inputs.first(inputs.size() - 1);
    const Piece when_false = of_rows(rest, low, known);
    result = low == high
                 ? when_false
                 : multiplexer(signal(inputs.back()), when_false, of_rows(rest, high, known));
  }
  known.emplace(rows, result);
  return result;
}

}  // namespace neucasl::logic
