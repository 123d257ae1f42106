#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neucasl/logic/network.hpp"

/// \file
/// Values of a network, and whether two networks are the same function.

namespace neucasl::logic {

/// 64 patterns at once. `inputs` has one word for each primary input and then one for each latch
/// output; the result one word for each node.
/// \throws std::logic_error for another number of words.
NEUCASL_EXPORT std::vector<std::uint64_t> simulate_nodes(const Network& network,
                                                         std::span<const std::uint64_t> inputs);

/// One row: bit i of `inputs` is primary input i, then latch output (at most 64 in all). Result:
/// one value for each output. \throws std::logic_error for more inputs.
NEUCASL_EXPORT std::vector<bool> evaluate(const Network& network, std::uint64_t inputs);

/// The truth table of one output over all primary inputs and then latch outputs (at most six).
/// \throws std::logic_error for more inputs.
NEUCASL_EXPORT TruthTable table_of(const Network& network, std::size_t output);

struct EquivalenceOptions {
  unsigned most_exhaustive_inputs = 16;
  std::uint64_t random_patterns = 1U << 16U;
  std::uint64_t seed = 1;
};

/// What a comparison found.
struct Equivalence {
  enum class Verdict : std::uint8_t {
    equivalent,           ///< Proven, by `method`.
    different,            ///< `counterexample` shows it.
    no_difference_found,  ///< By `patterns` random patterns; not a proof.
  };
  Verdict verdict = Verdict::no_difference_found;
  /// "exhaustive", "structural", "exhaustive and structural" (of different outputs) or "random":
  /// what proved the verdict or found the difference.
  std::string method;
  std::uint64_t patterns = 0;  ///< Simulated.
  /// Values of the first network's inputs (and latch outputs).
  std::optional<std::vector<bool>> counterexample;
  std::string output;  ///< One that differs.

  [[nodiscard]] bool holds() const { return verdict != Verdict::different; }
  [[nodiscard]] bool proven() const { return verdict == Verdict::equivalent; }
};

/// Compares outputs and next states of the same names as functions of inputs and states of the same
/// names. Up to `most_exhaustive_inputs` inputs and states (at most 20) by all their patterns. Of
/// more, each output is tried in turn by the structure of one and-inverter graph of both networks
/// (structural hashing), random patterns, all patterns of its own cone, and sweeping: nodes that
/// agree on all random patterns are merged where a cut of up to twelve nodes below them proves it.
/// The random patterns include all inputs equal and all but one equal. Inputs that nothing reads
/// need not be in both. \throws base::Error
/// "logic.interface" when names of inputs, outputs or latches or initial states differ.
NEUCASL_EXPORT Equivalence compare(const Network& first, const Network& second,
                                   const EquivalenceOptions& options = {});

}  // namespace neucasl::logic
