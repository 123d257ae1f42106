#pragma once

#include <span>
#include <vector>

#include "cell_matching.hpp"
#include "cut_enumeration.hpp"

/// \file
/// The choice of a cell for each node that is needed: first the fastest, then, where there is
/// slack, those that need less area (area flow and exact local area, A. Mishchenko, S. Chatterjee
/// and R. Brayton, "Improvements to technology mapping for LUT-based FPGAs", FPGA 2006).
///
/// Both a node and its inverse can be had, by a cell or by an inverter from the other; they are two
/// literals.

namespace neucasl::logic {

/// How a literal comes about.
struct LiteralChoice {
  enum class Kind : std::uint8_t { none, source, cell, inverter };
  Kind kind = Kind::none;
  const Cut* cut = nullptr;
  const CellMatch* match = nullptr;
  PinOrder order{};
  double arrival = 0.0;  ///< s, with the cells' usual delays

  /// The literal that leaf i must be.
  [[nodiscard]] Literal leaf(unsigned i) const {
    return literal_of(cut->leaves[i], ((match->inverted_leaves >> i) & 1U) != 0);
  }
};

class Covering {
 public:
  /// `roots` are literals that are needed.
  Covering(const AndInverterGraph& graph, const CutSet& cuts, const CellMatcher& matcher,
           const MappingCells& cells, std::span<const Literal> roots);

  void run(MappingOptions::Goal goal);

  [[nodiscard]] const LiteralChoice& choice(Literal literal) const { return choices_[literal]; }
  [[nodiscard]] bool used(Literal literal) const { return uses_[literal] > 0; }

 private:
  using Kind = LiteralChoice::Kind;
  enum class Measure { arrival, flow };
  struct Candidate {
    LiteralChoice choice;
    double area = 0.0;
    bool found = false;
  };

  void begin();
  void choose_all(Measure measure);
  void choose_node(std::uint32_t node, Measure measure);
  [[nodiscard]] Candidate best_cell(Literal literal, Measure measure) const;
  [[nodiscard]] Candidate by_inverter(Literal literal, const Candidate& other) const;
  [[nodiscard]] bool prefers(const Candidate& a, const Candidate& b, Measure measure) const;
  void take(Literal literal, const Candidate& candidate);

  void count_uses(MappingOptions::Goal goal);
  void require_leaves(Literal literal);

  void improve_exactly();
  void improve(Literal literal);
  [[nodiscard]] double change_uses(const LiteralChoice& choice, Literal literal, bool add);
  [[nodiscard]] bool refresh_arrival(LiteralChoice& choice, Literal literal) const;

  [[nodiscard]] double area_of(std::size_t cell) const { return cells_.library().cells[cell].area; }
  [[nodiscard]] double cell_arrival(LiteralChoice& choice) const;
  [[nodiscard]] bool in_time(double arrival, Literal literal) const {
    return arrival <= required_[literal] + tolerance_;
  }

  const AndInverterGraph& graph_;
  const CutSet& cuts_;
  const CellMatcher& matcher_;
  const MappingCells& cells_;
  std::vector<Literal> roots_;
  double inverter_delay_ = 0.0;
  double inverter_area_ = 0.0;
  double tolerance_ = 0.0;  ///< s
  // By literal:
  std::vector<LiteralChoice> choices_;
  std::vector<double> flows_;     ///< Area per use, of all that lies below.
  std::vector<double> required_;  ///< s
  std::vector<double> expected_uses_;
  std::vector<std::uint32_t> uses_;
  std::vector<Literal> stack_;
};

}  // namespace neucasl::logic
