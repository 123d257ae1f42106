#include <algorithm>
#include <numbers>

#include "deck_parts.hpp"
#include "neucasl/circuit/spice_export.hpp"

namespace neucasl::ngspice_plugin {
namespace {

using circuit::Circuit;
using circuit::Waveform;

class ElementWriter {
 public:
  ElementWriter(const DeckContent& content, DeckText& deck)
      : content_(content),
        circuit_(content.circuit),
        deck_(deck),
        noise_(std::get_if<circuit::NoiseAnalysis>(&content.task.analysis)) {}

  void write() {
    passives();
    couplings();
    sources();
    controlled();
    behavioural();
    transmission_lines();
  }

 private:
  void passives() {
    using Kind = circuit::PassiveKind;
    for (std::size_t i = 0; i < circuit_.passives.size(); ++i) {
      const circuit::Passive& one = circuit_.passives[i];
      if (i == content_.swept.passive) continue;
      if (one.kind == Kind::conductance && one.value == 0.0) continue;  // open
      if (one.kind == Kind::capacitor && one.value == 0.0) continue;
      const bool resistive = one.kind == Kind::resistor || one.kind == Kind::conductance;
      deck_.element(resistive ? "r" : one.kind == Kind::capacitor ? "c" : "l", i, one.p, one.n);
      deck_.number(one.kind == Kind::conductance
                       ? std::clamp(1.0 / one.value, std::numeric_limits<double>::lowest(),
                                    std::numeric_limits<double>::max())
                       : one.value);
      if (one.initial && !resistive) deck_.setting(" ic=", *one.initial);
      deck_ += '\n';
    }
  }

  void couplings() {
    for (std::size_t i = 0; i < circuit_.couplings.size(); ++i) {
      const circuit::Coupling& one = circuit_.couplings[i];
      deck_ += 'k';
      deck_.integer(i);
      deck_ += " l";
      deck_.integer(one.first);
      deck_ += " l";
      deck_.integer(one.second);
      deck_.number(one.coefficient);
      deck_ += '\n';
    }
  }

  void sources() {
    const auto* transient = std::get_if<circuit::TransientAnalysis>(&content_.task.analysis);
    for (std::size_t i = 0; i < circuit_.sources.size(); ++i) {
      if (i == content_.swept.source) continue;
      const circuit::Source& one = circuit_.sources[i];
      deck_.element(one.is_voltage ? "v" : "i", i, one.p, one.n);
      // With both, ngspice warns when they differ in the last digit.
      if (transient != nullptr && one.waveform.kind != Waveform::Kind::constant) {
        // To ngspice a duration of zero means a default.
        deck_ += ' ' + circuit::spice_waveform(one.waveform, 1e-6 * largest_step(*transient));
      } else {
        deck_ += " dc";
        deck_.number(one.rest);
      }
      small_signal(one);
      deck_ += '\n';
    }
  }

  void small_signal(const circuit::Source& one) {
    // The gain to which ngspice refers noise is from all sources with such a value.
    if (noise_ != nullptr) {
      if (one.name == noise_->input) deck_ += " ac 1";
      return;
    }
    if (one.ac_magnitude == 0.0) return;
    deck_ += " ac";
    deck_.number(one.ac_magnitude);
    deck_.number(one.ac_phase * 180.0 / std::numbers::pi);
  }

  void controlled() {
    using Kind = circuit::ControlledKind;
    for (std::size_t i = 0; i < circuit_.controlled.size(); ++i) {
      const circuit::Controlled& one = circuit_.controlled[i];
      const bool by_current =
          one.kind == Kind::voltage_by_current || one.kind == Kind::current_by_current;
      static constexpr const char* letters[] = {"e", "g", "h", "f"};
      deck_.element(letters[static_cast<std::size_t>(one.kind)], i, one.p, one.n);
      if (by_current) {
        deck_ += " vc";
        deck_.integer(i);
      } else {
        deck_.node(one.control_p);
        deck_.node(one.control_n);
      }
      deck_.number(one.gain);
      deck_ += '\n';
      if (!by_current) continue;
      deck_.element("vc", i, one.control_p, one.control_n);
      deck_ += " dc 0\n";
    }
  }

  void behavioural() {
    if (circuit_.behavioural.empty()) return;
    std::vector<std::string> names;
    names.reserve(circuit_.nodes.size());
    for (std::uint32_t i = 0; i < circuit_.nodes.size(); ++i) names.push_back(node_name(i));
    for (std::size_t i = 0; i < circuit_.behavioural.size(); ++i) {
      circuit::append_formula_source(circuit_, i, 'b' + std::to_string(i), names, deck_.string());
    }
  }

  void transmission_lines() {
    for (std::size_t i = 0; i < circuit_.lines.size(); ++i) {
      const circuit::TransmissionLine& one = circuit_.lines[i];
      deck_.element("t", i, one.p1, one.n1);
      deck_.node(one.p2);
      deck_.node(one.n2);
      deck_.setting(" z0=", one.impedance);
      deck_.setting(" td=", one.delay);
      // Otherwise lines in a loop set more and more break points.
      deck_ += " rel=1e9 abs=1e9\n";
    }
  }

  const DeckContent& content_;
  const Circuit& circuit_;
  DeckText& deck_;
  const circuit::NoiseAnalysis* noise_;
};

}  // namespace

void write_elements(const DeckContent& content, DeckText& deck) {
  ElementWriter(content, deck).write();
}

}  // namespace neucasl::ngspice_plugin
