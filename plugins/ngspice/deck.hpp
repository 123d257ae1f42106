#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/circuit/analysis.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"

namespace neucasl::ngspice::worker {
class Request;
}

/// \file
/// What ngspice reads about a circuit. Written from the circuit only: node k is "n<k>", an element
/// is the letter of its kind and its index; no text or name of a user reaches ngspice.

namespace neucasl::ngspice_plugin {

/// How device models get into a deck.
enum class DeviceForm {
  bridge,      ///< Instances of the code model; see bridge_model.cpp.
  behavioural  ///< Sources with formulas and capacitors.
};

/// A noise current between two nodes.
struct NoiseCurrent {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  double white = 0.0;    ///< A^2/Hz
  double flicker = 0.0;  ///< A^2; over the frequency
};

/// What a deck says besides the circuit itself.
struct DeckTask {
  const circuit::Analysis& analysis;
  const circuit::Tolerances& tolerances;
  DeviceForm form = DeviceForm::bridge;
  std::vector<NoiseCurrent> noise;
  /// Points of a sweep that this deck makes, [first_point, last_point).
  std::size_t first_point = 0;
  std::size_t last_point = 0;
};

/// A vector of ngspice and what it is in the circuit.
struct Output {
  enum class Kind { node, source, passive, controlled, control, behavioural, noise };
  Kind kind = Kind::node;
  std::uint32_t index = 0;
  double factor = 1.0;  ///< From ngspice's value to SI units.
};

/// Adds deck, commands, devices and wanted vectors to the request, and says what the vectors are.
/// \throws base::Error "ngspice.device-size" and what Circuit::set throws.
std::vector<Output> write_deck(const circuit::Circuit& circuit, const DeckTask& task,
                               ngspice::worker::Request& request);

/// Puts the names of the circuit in place of "n12" and "r34" of the deck.
std::string name_in_circuit(std::string_view text, const circuit::Circuit& circuit);

/// How many points of a sweep one request should carry.
std::size_t points_in_one_request(const circuit::Circuit& circuit);

/// The steps that a transient takes at most.
double largest_step(const circuit::TransientAnalysis& analysis);

}  // namespace neucasl::ngspice_plugin
