#pragma once

#include <limits>
#include <vector>

#include "deck.hpp"
#include "deck_text.hpp"

/// \file
/// Parts of a deck, each in a file of its own; `write_deck` puts them together.

namespace neucasl::ngspice_plugin {

inline constexpr std::size_t no_element = std::numeric_limits<std::size_t>::max();

/// The element that a sweep changes, by its index; neither when it changes numbers of devices, or
/// there is no sweep.
struct SweptElement {
  std::size_t source = no_element;
  std::size_t passive = no_element;
};
SweptElement swept_element(const circuit::Circuit& circuit, const circuit::Analysis& analysis);

/// What all parts are written from.
struct DeckContent {
  const circuit::Circuit& circuit;
  const DeckTask& task;
  SweptElement swept;

  [[nodiscard]] bool transient() const;
  /// K, of the first device.
  [[nodiscard]] double temperature() const;
  /// Of the current of a voltage source that is swept: behind the last node of the circuit.
  [[nodiscard]] std::uint32_t current_node() const;
};

/// Passives, couplings, sources, controlled and behavioural sources, transmission lines.
void write_elements(const DeckContent& content, DeckText& deck);

/// Noise: a resistor on a node of its own has a known noise voltage, which controls the current.
void write_noise_currents(const DeckContent& content, DeckText& deck);

/// Adds the vectors that are wanted to the request, and says what they are.
std::vector<Output> want_outputs(const DeckContent& content, ngspice::worker::Request& request);

/// Adds what is to be run. The points of a sweep are in the request.
void add_commands(const DeckContent& content, ngspice::worker::Request& request);

/// Devices, and with them sweeps: a source counts the points, the worker changes its table of
/// devices at each.
class DeckDevices {
 public:
  DeckDevices(const DeckContent& content, DeckText& deck, ngspice::worker::Request& request)
      : content_(content), deck_(deck), request_(request) {}

  /// \throws base::Error "ngspice.device-size".
  void write();
  /// Behind `write`. \throws what Circuit::set throws.
  void write_sweep(const circuit::SweepAnalysis& sweep);
  /// The table of the worker.
  void finish();

 private:
  struct Table;

  [[nodiscard]] std::vector<std::string> names_of(std::span<const std::uint32_t> nodes) const;
  [[nodiscard]] std::span<const std::uint32_t> internals_of(const circuit::Device& one) const;
  void write_behavioural();
  void add_model(const circuit::ModelUse& use);
  std::uint32_t add_own_model(const char* name, std::uint32_t unknowns, std::uint32_t derived);
  void sweep_source(const circuit::SweepAnalysis& sweep);
  void sweep_passive(const circuit::SweepAnalysis& sweep);
  void sweep_element(const char* name, std::span<const std::uint32_t> nodes,
                     const std::vector<double>& values);
  void sweep_devices(const circuit::SweepAnalysis& sweep);
  [[nodiscard]] Table numbers_of(const circuit::Circuit& from, std::size_t device) const;

  const DeckContent& content_;
  DeckText& deck_;
  ngspice::worker::Request& request_;
  std::vector<std::uint32_t> model_of_;
  std::vector<double> derived_;
  std::vector<double> initial_;
  std::vector<double> scale_;
};

}  // namespace neucasl::ngspice_plugin
