#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "signal_table.hpp"

/// \file
/// Functions of any number of signals, cut into tables of up to six inputs while they are made.

namespace neucasl::logic {

/// A function of up to six signals that is no signal yet.
struct Piece {
  std::vector<Signal> signals;  ///< Ascending; the function depends on each.
  std::uint64_t table = 0;      ///< Of six variables, repeated over those that are not there.

  auto operator<=>(const Piece&) const = default;
};

enum class PieceOperator { conjunction, disjunction, exclusive };

/// Makes pieces; what exceeds six signals becomes internal signals of the table, named after
/// `owner`. Equal pieces become one signal.
class PieceBuilder {
 public:
  PieceBuilder(SignalTable& signals, std::string owner, Place place)
      : signals_(signals), owner_(std::move(owner)), place_(place) {}

  static Piece constant(bool value) { return {{}, value ? ~std::uint64_t{0} : 0}; }
  static Piece signal(Signal signal);
  static Piece inverted(Piece piece);
  /// Of any number of operands, as a balanced tree; without operands the neutral element.
  Piece combine(PieceOperator op, std::vector<Piece> operands);
  Piece multiplexer(const Piece& select, const Piece& when_false, const Piece& when_true);
  /// The function of `inputs` with these rows, 64 to a word; at least six inputs.
  Piece of_rows(std::span<const Signal> inputs, const std::vector<std::uint64_t>& rows);

  /// Drives a signal of the table.
  void drive(Signal target, const Piece& piece);

 private:
  using RowPieces = std::map<std::vector<std::uint64_t>, Piece>;
  /// Until they have six signals together, the largest become internal signals.
  std::vector<Signal> fit(std::span<Piece> pieces);
  Piece combine_range(PieceOperator op, std::span<Piece> operands);
  Piece of_rows(std::span<const Signal> inputs, const std::vector<std::uint64_t>& rows,
                RowPieces& known);
  Signal settled(const Piece& piece);

  SignalTable& signals_;
  std::string owner_;
  Place place_;
  std::map<Piece, Signal> internal_;
};

}  // namespace neucasl::logic
